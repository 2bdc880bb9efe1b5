"""What is known on a day: the transactions up to it, and the labels that have come in."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def reveal(frame: pd.DataFrame, as_of: datetime.date | None, delay_days: int) -> pd.DataFrame:
    """The part of `frame` that is known at the end of the day `as_of`.

    Args:
        frame: what `simulate` returns.
        as_of: last day to show (UTC); None shows everything and every label.
        delay_days: days until a transaction's label is known, 0 or more.

    Returns:
        The rows of days up to and including `as_of`. `label` and `scenario` are nullable Int8:
        missing where time + delay lies after the end of `as_of` (a scenario tells the label).
    """
    import pandas as pd

    if as_of is None:
        return frame.astype({"label": "Int8", "scenario": "Int8"})
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    seen = frame[frame["time"] < end].astype({"label": "Int8", "scenario": "Int8"})
    unknown = seen["time"] + pd.Timedelta(days=delay_days) > end
    seen.loc[unknown, ["label", "scenario"]] = pd.NA
    return seen
