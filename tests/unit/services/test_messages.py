"""Events wait for a database that is locked; any other failure is Prefect's to handle."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from prefect.server.utilities.messaging import BrokerModule, Message
from prefect.server.utilities.messaging.memory import MemoryMessage, Topic
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from penstock.services import messages
from penstock.services.messages import Consumer


def deliver(handler: Callable[[Message], object], until: Callable[[], bool], dead: Path) -> None:
    """One message to `handler`, by a consumer that runs `until` something holds.

    Args:
        dead: the folder where Prefect keeps the messages that it has given up.
    """

    async def handle(message: Message) -> None:
        handler(message)

    async def run() -> None:
        consumer = Consumer("heard")
        consumer.subscription.dead_letter_queue_path = dead
        listening = asyncio.create_task(consumer.run(handle))
        await Topic.by_name("heard").publish(MemoryMessage(data=b"water", attributes={}))
        for _ in range(200):
            if until():
                break
            await asyncio.sleep(0.05)
        listening.cancel()
        await consumer.cleanup()

    asyncio.run(run())


def test_it_is_a_broker_in_prefects_eyes() -> None:
    assert isinstance(messages, BrokerModule)


def test_a_message_outlasts_a_lock_that_outlasts_prefects_own_retries(tmp_path: Path) -> None:
    """A real lock: another connection writes while the first eight deliveries are tried."""
    file = tmp_path / "prefect.db"
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("CREATE TABLE heard (what TEXT)")
    writer.execute("BEGIN IMMEDIATE")
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    tries: list[str] = []

    def store(message: Message) -> None:
        tries.append("tried")
        if len(tries) == 8:
            writer.execute("COMMIT")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO heard VALUES ('water')"))
        tries.append("stored")

    deliver(store, until=lambda: "stored" in tries, dead=tmp_path / "dead")
    assert tries == ["tried"] * 8 + ["stored"]
    assert writer.execute("SELECT what FROM heard").fetchall() == [("water",)]


def test_another_error_of_the_database_is_not_waited_for(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    failures: list[OperationalError] = []

    def store(message: Message) -> None:
        try:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO nowhere VALUES (1)"))
        except OperationalError as error:
            failures.append(error)
            raise

    dead = tmp_path / "dead"
    deliver(store, until=lambda: any(dead.glob("*")), dead=dead)
    assert len(failures) == 4  # the first and Prefect's three retries, at once
