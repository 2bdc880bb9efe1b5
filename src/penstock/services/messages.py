"""The message broker of a Prefect server on SQLite: what finds the database locked waits its turn.

Prefect's own broker in memory hands a message that failed to its consumer again at once, four
times, and drops it then. While another transaction writes for a tenth of a second, an event is
lost that way, and with it the automation that it should have started. PREFECT_MESSAGING_BROKER
names the module that is to be used; all but the consumer is Prefect's.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prefect.server.utilities.messaging.memory import (
    Consumer as MemoryConsumer,
)
from prefect.server.utilities.messaging.memory import (
    Publisher,
    break_topic,
    ephemeral_subscription,
)
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from prefect.server.utilities.messaging import Message, MessageHandler

__all__ = ["Consumer", "Publisher", "break_topic", "ephemeral_subscription"]

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds
PATIENCE = 10  # pauses, 12 s in all


class Consumer(MemoryConsumer):
    """Prefect's, with patience."""

    async def run(self, handler: MessageHandler) -> None:
        async def patient(message: Message) -> None:
            pause = FIRST_PAUSE
            for _ in range(PATIENCE):
                try:
                    return await handler(message)
                except OperationalError as error:
                    if "database is locked" not in str(error):
                        raise
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            return await handler(message)

        await super().run(patient)
