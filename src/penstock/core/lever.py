"""How inputs follow from the amount of their own row, so that "what if it were less" is computed.

It comes of the definitions of the features, and travels in the notes of the features dataset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Rule = Literal["itself", "mean", "usual", "relative", "above", "largest"]


@dataclass(frozen=True)
class Follower:
    """An input that changes with the amount of its own row, and never falls as that rises.

    Attributes:
        rule: what it is.
            `itself`: the amount.
            `mean`: of the amounts of as many rows as the input `by` says, this one among them.
            `usual`: a quantile of the earlier rows' amounts, of which there are as many as the
            input `by` says; the amount itself where there are none.
            `relative`: the amount by such a quantile.
            `above`: the number of rows whose input `by` is above `threshold`, this one among them.
            `largest`: the largest value of the input `by` in as many latest rows as the input
            `rows` says, this one among them.
    """

    input: str
    rule: Rule
    by: str = ""
    threshold: float = 0.0
    rows: str = ""


@dataclass(frozen=True)
class Lever:
    """An amount of money that can be other, in whole minor units.

    Attributes:
        per_unit: minor units that make one unit of the input.
        followers: every input that depends on it, itself included.
    """

    input: str
    per_unit: int
    followers: tuple[Follower, ...]

    def to_notes(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any]) -> Self:
        followers = tuple(Follower(**one) for one in notes["followers"])
        return cls(notes["input"], notes["per_unit"], followers)

    def among(self, inputs: Sequence[str]) -> tuple[Follower, ...]:
        """The followers that are inputs of a model; none where it lacks what one is computed by."""
        moved = tuple(one for one in self.followers if one.input in inputs)
        asked = {name for one in moved for name in (one.by, one.rows) if name}
        return moved if asked <= set(inputs) else ()
