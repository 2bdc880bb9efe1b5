"""What the columns of an event hold, checked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import isnan
from operator import index
from typing import Any

from penstock.features.clock import microseconds
from penstock.features.errors import ColumnUnfit, MissingColumn

LARGEST = 2**63 - 1  # int64
FARTHEST = 2**62  # microseconds from 1970: a window before or after it is in range, too


def column_of(event: Mapping[str, Any], name: str) -> Any:
    """What the event holds; raises MissingColumn."""
    if name not in event:
        raise MissingColumn(name, event)
    return event[name]


def moment_in(event: Mapping[str, Any], name: str) -> int:
    """Microseconds since 1970; raises MissingColumn, ColumnUnfit."""
    found = column_of(event, name)
    try:
        moment = microseconds(found)
    except (TypeError, ValueError):
        moment = None
    if moment is None or not -FARTHEST < moment < FARTHEST:
        expected = "a datetime without a time zone, or whole microseconds since 1970"
        raise ColumnUnfit(name, expected, repr(found))
    return moment


def entity_in(event: Mapping[str, Any], name: str) -> Hashable:
    """What an entity goes by; raises MissingColumn, ColumnUnfit."""
    found: Hashable = column_of(event, name)
    lacks = found is None or (isinstance(found, float) and isnan(found))
    large = isinstance(found, int) and not -LARGEST <= found <= LARGEST
    if lacks or large or not isinstance(found, Hashable):
        raise ColumnUnfit(name, "an entity", repr(found))
    return found


def number_in(event: Mapping[str, Any], name: str) -> int:
    """A whole number of 64 bits; raises MissingColumn, ColumnUnfit."""
    found = column_of(event, name)
    try:
        number = index(found)
    except TypeError:
        number = None
    if number is None or not -LARGEST <= number <= LARGEST:
        raise ColumnUnfit(name, "a whole number", repr(found))
    return number


def label_in(event: Mapping[str, Any], name: str) -> int:
    """0 or 1; raises MissingColumn, ColumnUnfit."""
    label = number_in(event, name)
    if label not in (0, 1):
        raise ColumnUnfit(name, "0 or 1", repr(label))
    return label
