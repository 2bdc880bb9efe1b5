"""`sweeps` of params.yaml: what may be tried for a candidate, on which split, and how often."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from penstock.core.settings import Settings

Whole: TypeAlias = int  # the plain names stand for keys below
Real: TypeAlias = float


class Dimension(Settings):
    """The values that one hyper-parameter may take: exactly one of `int`, `float`, `choice`."""

    int: tuple[Whole, Whole] | None = Field(None, description="lowest and highest, both tried")
    float: tuple[Real, Real] | None = Field(None, description="lowest and highest, both tried")
    choice: tuple[Any, ...] | None = Field(None, min_length=2, description="one of these")
    log: bool = Field(False, description="tried evenly over orders of magnitude")

    def model_post_init(self, context: Any) -> None:
        given = [one for one in (self.int, self.float, self.choice) if one is not None]
        if len(given) != 1:
            raise ValueError("expected one of int: [low, high], float: [low, high], choice: [...]")
        if self.choice is not None:
            if self.log:
                raise ValueError("log: a choice has no order of magnitude")
            return
        low, high = self.bounds
        if low >= high:
            raise ValueError(f"expected [low, high], found [{low}, {high}]")
        if self.log and low <= 0:
            raise ValueError(f"log: expected a lowest value above 0, found {low}")

    @property
    def bounds(self) -> tuple[Real, Real]:
        """Lowest and highest value of a range."""
        found = self.int if self.int is not None else self.float
        assert found is not None, "a choice has no bounds"
        return found

    def extremes(self) -> tuple[Any, ...]:
        """The values that show whether the model takes the whole of it."""
        if self.choice is not None:
            return self.choice
        return self.int if self.int is not None else self.bounds


class SweepParams(Settings):
    """A block under `sweeps`, keyed by a candidate; no stage reads it."""

    split: str = Field(description="a split of the protocol that is kept for choosing")
    metric: str | None = Field(None, description="what is compared; null: the task's headline")
    direction: Literal["maximize", "minimize"] | None = Field(
        None, description="which way it is better; said where it isn't the headline"
    )
    trials: int = Field(30, ge=2, le=1000, description="settings tried, the present one too")
    startup: int = Field(10, ge=1, description="trials drawn at random before any is learnt from")
    prune_below: float | None = Field(
        50.0, gt=0, lt=100, description="percentile of the trials so far; null: none is pruned"
    )
    parallel: int = Field(
        4, ge=1, le=256, description="trials at work at most; none learns from the ones beside it"
    )
    space: dict[str, Dimension] = Field(min_length=1, description="values by hyper-parameter")
