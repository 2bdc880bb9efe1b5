"""Ids that sort by the moment they were made, so that a lookup knows the day (RFC 9562, UUIDv7)."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id(at: int) -> str:
    """A UUIDv7 of the moment `at`, in microseconds since 1970.

    Twelve bits below the millisecond hold the microseconds (RFC 9562, section 6.2, method 3), so
    that ids sort as their moments do; 62 random bits tell apart those of one moment.
    """
    milliseconds, below = divmod(at, 1000)
    low = random.getrandbits(62)
    return (
        f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-7{below * 4096 // 1000:03x}-"
        f"{0x8000 | low >> 48:04x}-{low & 0xFFFFFFFFFFFF:012x}"
    )


def is_id(text: str) -> bool:
    """Whether `text` can be an id of a prediction."""
    return ID.fullmatch(text) is not None


def day_of(prediction_id: str) -> date:
    """The day, in UTC, on which an id was made."""
    return day_at(int(prediction_id[:8] + prediction_id[9:13], 16) * 1000)


def day_at(at: int) -> date:
    """The day, in UTC, of a moment in microseconds since 1970; year 9999 at most."""
    return datetime.fromtimestamp(min(at // 1_000_000, 253_402_300_799), UTC).date()
