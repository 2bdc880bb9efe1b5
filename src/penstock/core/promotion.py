"""How a challenger is judged against the champion: `tasks/T/promotion.py`, and what it speaks of.

A task that has no such file builds, scores and reports, and its models are promoted by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

import pandas as pd
from pydantic import Field

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings


class LatencyGuard(Settings):
    """A challenger that scores slower than this stays out."""

    ratio: float = Field(gt=0, description="challenger's median time / champion's, at most")


class Guards(Settings):
    """What may not get worse while the headline gets better; a task adds its own."""

    latency: LatencyGuard | None = Field(None, description="time to score one row, and a batch")


NO_GUARDS = Guards.model_validate({})


class PromotionTerms(Settings):
    """`promotion.P`, as far as it is the same for every task."""

    metric: str = Field(description="what the two are compared by; more of it is better")
    margin: float = Field(0.0, ge=0, description="what the whole interval must lie above")
    floor: float = Field(description="what a first champion's whole interval must reach")
    min_days: int = Field(7, ge=1, le=365, description="days to judge on, all of them labelled")
    label_delay_days: int = Field(ge=0, le=3650, description="days until a label is known")
    bootstrap: int = Field(500, ge=100, le=10_000, description="resamples behind an interval")
    candidate: str | None = Field(None, description="who challenges; the leaderboard's first")
    guards: Guards = Field(NO_GUARDS, description="what may not get worse")


@dataclass(frozen=True)
class Window:
    """The days on which models may be judged: whole ones, after all that any of them has seen.

    Attributes:
        first: the first whole day after their training and the label delay.
        last: the last day whose labels are known; before `first` where none is.
        opens: a source that is refreshed at the end of this day holds what is asked for; None
            where no day can be named.
        problem: why they can't be judged yet, "" where they can.
    """

    first: date
    last: date
    opens: date | None
    problem: str = ""


@dataclass(frozen=True)
class Paired:
    """A metric of two models on the same units; of one where there is no champion.

    Attributes:
        low, high: 95 % interval of challenger − champion, both measured on the same resamples
            of units; of the challenger's own figure where there is no champion.
    """

    metric: str
    label: str
    challenger: float
    champion: float | None
    low: float
    high: float

    @property
    def difference(self) -> float:
        """Challenger − champion; the challenger's own figure where there is no champion."""
        return self.challenger - (self.champion or 0.0)


@dataclass(frozen=True)
class GuardResult:
    """One guard's finding.

    Attributes:
        name: what was guarded: `calibration`, `latency of one row`, `night = 1` …
        terms: when it fails, in words.
        verdict: `not judged` where the units at hand tell nothing of it.
        low, high: 95 % interval of challenger − champion; None where times were compared.
        limit: the bound that the terms speak of.
    """

    name: str
    terms: str
    verdict: Literal["held", "failed", "not judged"]
    limit: float
    challenger: float | None = None
    champion: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Judgement:
    """What the units say of two models.

    Attributes:
        unit: what was resampled (card, transaction, user …).
        units, rows, positives: how many of them were judged.
        others: the task's further metrics, which decide nothing.
    """

    unit: str
    units: int
    rows: int
    positives: int
    primary: Paired
    others: Sequence[Paired] = ()
    guards: Sequence[GuardResult] = ()


class Promoter(Protocol):
    """`tasks/T/promotion.py`."""

    PromotionSettings: type[PromotionTerms]

    def problems(self, settings: Any, protocol: Any) -> Sequence[str]:
        """What is at odds between the two, each `KEY: sentence` with a key of the settings."""

    def trained_through(self, dataset: Dataset, protocol: Any) -> str | None:
        """The last moment that a final fit on this dataset sees, told by the data itself."""

    def windows(
        self, dataset: Dataset, seen: Sequence[Sequence[str]], protocol: Any, settings: Any
    ) -> list[Window]:
        """A window for each group of models, given as their `trained_through`."""

    def judged(self, dataset: Dataset, window: Window, protocol: Any, settings: Any) -> View:
        """The rows of an open window, without their target."""

    def judge(
        self,
        challenger: pd.DataFrame,
        champion: pd.DataFrame | None,
        window: Window,
        dataset: Dataset,
        protocol: Any,
        settings: Any,
        seed: int,
    ) -> Judgement:
        """Join the truth of `window` to what the task observed of both on it, and compare."""


class Cuttable(Protocol):
    """What `tasks/T/promotion.py` offers besides, where views are not cut by rows for timing."""

    SCORED: str
    """What is scored, in the singular: `user`."""

    def head(self, view: View, count: int) -> View:
        """The view with the first `count` of what is scored."""
