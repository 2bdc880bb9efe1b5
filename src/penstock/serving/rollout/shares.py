"""Entities dealt out to arms by a hash: the same entity, the same arm, on every replica."""

from __future__ import annotations

from hashlib import blake2b

from penstock.serving.contracts import Arm, Served

SPAN = 1 << 64


class Shares:
    """The models of a moment; never changed, replaced as a whole.

    An entity's place in [0, 1) is the 64-bit BLAKE2b hash (RFC 7693) of its name, keyed by
    `experiment`; the challenger has those below `share`. So a larger share takes entities from the
    champion and none from the challenger, and another experiment deals independently.

    Args:
        challenger: None where there is none; shadows have no share.
    """

    def __init__(
        self,
        champion: Served,
        challenger: Served | None,
        share: float,
        experiment: str,
        shadows: tuple[Served, ...] = (),
    ) -> None:
        self.champion, self.challenger, self._shadows = champion, challenger, shadows
        self._below = round(share * SPAN) if challenger is not None else 0
        self._salt = blake2b(experiment.encode(), digest_size=32).digest()

    def choose(self, entity: str) -> tuple[Served, Arm]:
        if self.challenger is not None and self.place(entity) < self._below:
            return self.challenger, "challenger"
        return self.champion, "champion"

    def shadows(self) -> tuple[Served, ...]:
        return self._shadows

    def place(self, entity: str) -> int:
        """Where an entity falls, in [0, 2^64)."""
        name = entity.encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(name, digest_size=8, key=self._salt).digest())
