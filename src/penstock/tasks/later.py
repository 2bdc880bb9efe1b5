"""The days on which models may be judged: later than all that any of them has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from penstock.core.errors import PenstockError
from penstock.core.promotion import PromotionTerms, Window


class NoLaterUnits(PenstockError):
    """The rows have no calendar, so none is ever later than the training by days."""

    def __init__(self, dtype: str) -> None:
        super().__init__(
            f"promotion refused: the time column holds {dtype}, no dates, so no row is ever known "
            "to be later than what the models were trained on\n"
            "  fix: make the column a datetime in the project's schema.py, or take the project's "
            "block out of promotion in params.yaml"
        )


def window_after(
    seen: Sequence[str],
    known_through: np.datetime64,
    terms: PromotionTerms,
    known: str = "labels",
    days: str = "labelled days",
) -> Window:
    """The whole days after all of `seen` and the label delay, with a problem where they are few.

    Args:
        seen: each model's `trained_through`.
        known_through: the last day of which all is known, to the day.
        known, days: what is known, and what days of it are called.
    """
    delay, needed = terms.label_delay_days, terms.min_days
    end = max(np.datetime64(one, "us") for one in seen) + np.timedelta64(delay, "D")
    # The day on which that moment lies is begun already: the first whole one is the next.
    first = end.astype("datetime64[D]") + 1
    window = Window(_date(first), _date(known_through), _date(first + needed - 1 + delay))
    if known_through >= first + needed - 1:
        return window
    problem = (
        f"{known} are known through {window.last}; expected {needed} {days} from {window.first} on"
    )
    return replace(window, problem=problem)


def _date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day))
