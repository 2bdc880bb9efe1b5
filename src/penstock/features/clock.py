"""Features of the moment alone; the same arithmetic for one row and for a column."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import index
from typing import TypeVar

import numpy as np

Moment = TypeVar("Moment", int, np.ndarray)

SECOND = 1_000_000
"""All times are integers: microseconds since 1970-01-01."""
HOUR = 3600 * SECOND
DAY = 24 * HOUR

EPOCH = datetime(1970, 1, 1)

THURSDAY = 3
"""Weekday of 1970-01-01, Monday being 0."""


def is_weekend(time: Moment) -> Moment:
    """1 on Saturday and Sunday, else 0."""
    return ((time // DAY + THURSDAY) % 7 >= 5) * 1


def is_night(time: Moment) -> Moment:
    """1 from midnight to 6:59:59, else 0."""
    return (time % DAY // HOUR <= 6) * 1


def microseconds(moment: datetime | int) -> int:
    """A moment without a time zone as an integer; one that is an integer already stays."""
    if isinstance(moment, datetime):
        moment = (moment - EPOCH) // timedelta(microseconds=1)
    return index(moment)
