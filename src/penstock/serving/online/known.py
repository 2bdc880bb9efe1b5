"""What is remembered of an event by its id: so that it counts once, however often it is sent."""

from __future__ import annotations

import msgspec
import numpy as np

from penstock.serving.contracts import Admitted, Array
from penstock.serving.online.bodies import Body
from penstock.serving.online.errors import IdReused

NOTHING = np.empty(0)


class Known(msgspec.Struct, frozen=True, array_like=True):
    """An event that was counted.

    Attributes:
        digest: of its body.
        at: its own time, microseconds since 1970.
        vector: its features as little-endian float64, until the answer is there.
        answer: what was answered.
    """

    digest: bytes
    at: int
    vector: bytes | None = None
    answer: bytes | None = None

    @classmethod
    def counted(cls, body: Body, vector: Array) -> Known:
        return cls(body.digest, body.values[1], vector.astype("<f8").tobytes())

    @classmethod
    def answered(cls, body: Body, answer: bytes) -> Known:
        return cls(body.digest, body.values[1], None, answer)

    def again(self, body: Body, column: str) -> Admitted:
        """What an event gets that came before; raises IdReused where it was another one."""
        if body.digest != self.digest:
            raise IdReused(column, body.id)
        vector = NOTHING if self.vector is None else np.frombuffer(self.vector, "<f8").copy()
        return Admitted(vector, self.answer)
