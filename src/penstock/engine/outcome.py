"""How a stage ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a stage ended; what a person reads in a terminal and in the UI."""

    RAN = "Ran"
    CACHED = "Cached"
    RESTORED = "Restored"
    FAILED = "Failed"
    NOT_READY = "Not ready"

    @property
    def is_current(self) -> bool:
        """Whether the stage's outs are what they should be."""
        return self in {Outcome.RAN, Outcome.CACHED, Outcome.RESTORED}


SENTENCES = {
    Outcome.RAN: "its command ran",
    Outcome.CACHED: "nothing it depends on has changed",
    Outcome.RESTORED: "outs of an earlier run with the same inputs were checked out",
    Outcome.NOT_READY: "a stage that it needs has failed",
}


@dataclass(frozen=True)
class Result:
    """How it ended, and a sentence about it.

    Attributes:
        again: whether another attempt may end otherwise; not where the user has to mend a mistake.
        seconds: how long the attempt took, by the clock.
    """

    outcome: Outcome
    message: str
    again: bool = True
    seconds: float = 0.0
