"""What a request gets: items, the lane each came by, and why there are no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Lane(StrEnum):
    """What an item was found by."""

    MODEL = "model"
    CONTENT = "content"
    TRENDING = "trending"


@dataclass(frozen=True)
class Shown:
    """One item of an answer.

    Attributes:
        score: on the scale of its lane; those of two lanes can't be compared.
        reasons: what the user had that added most to the score, and how much; largest first.
    """

    item: Any
    score: float
    lane: Lane
    reasons: Mapping[Any, float]


@dataclass(frozen=True)
class Shortfall:
    """Why an answer holds fewer items than were asked for.

    Attributes:
        left_out: rule → how many items it left out; with those found, the whole catalogue.
    """

    asked: int
    found: int
    left_out: Mapping[str, int]

    def __str__(self) -> str:
        rules = ", ".join(f"{count:,} {rule}" for rule, count in self.left_out.items())
        total = self.found + sum(self.left_out.values())
        return f"{self.found} of {self.asked}: of {total:,} items {rules or 'none was left out'}"


@dataclass(frozen=True)
class Answer:
    """Items for a user, best first: as many as were asked for, or a shortfall."""

    user: Any
    items: tuple[Shown, ...]
    shortfall: Shortfall | None = None


@dataclass(frozen=True)
class Explanation:
    """Why an item has its score.

    Attributes:
        lane: what the score is of.
        shares: what each item that the user had adds, the strongest first; they sum to the
            score. Empty in the lane of what is trending, which looks at no history.
    """

    user: Any
    item: Any
    score: float
    lane: Lane
    shares: Mapping[Any, float]
