"""What a stream has to keep of its entities, as its kernels ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from penstock.features.measures import Measure, Usual
from penstock.features.values import Label, Money, Value

TIME, ID, LABEL, KNOWN_AT = range(4)
"""Columns that every row has; the last is the moment since when its label is known."""
FIXED = 4
ONES = -1
"""In place of a kept column: 1 in every row."""
ANY = -1
"""In place of a label that a row must have: whichever, known or not."""


@dataclass(frozen=True)
class Keep:
    """What one kernel wants kept of an entity's rows, and for how many days."""

    entity: str
    days: int = 0
    values: tuple[Value, ...] = ()
    measures: tuple[Measure, ...] = ()
    usuals: tuple[Usual, ...] = ()


class What(Enum):
    """What can be told of a window."""

    EARLIER = auto()
    COUNT = auto()
    TOTAL = auto()
    SHARE = auto()
    LARGEST = auto()
    SINCE_LAST = auto()
    SINCE_FIRST = auto()
    STREAK = auto()
    SINCE_STREAK = auto()


class Source(NamedTuple):
    """What a window is looked at for.

    Attributes:
        column: of the cells; ONES for the rows themselves.
        label: that the rows must have, known by now; ANY for whichever.
    """

    column: int
    label: int


class Ask(NamedTuple):
    """What a feature asks of the rows that are kept of an entity.

    Attributes:
        days, delay_days: of the window.
        source: what is looked at.
        per_unit: integers that make one unit.
        none: the answer of a window without a marked row.
    """

    what: What
    days: int
    delay_days: int
    source: Source
    per_unit: int
    none: int


@dataclass(frozen=True)
class Layout:
    """What is kept of each entity of a kind."""

    entity: str
    days: int
    values: tuple[Value, ...]
    measures: tuple[Measure, ...]
    usuals: tuple[Usual, ...]

    @classmethod
    def of(cls, entity: str, keeps: Iterable[Keep]) -> Layout:
        mine = [keep for keep in keeps if keep.entity == entity]
        # A label is one of the fixed columns.
        values = dict.fromkeys(
            one for keep in mine for one in keep.values if not isinstance(one, Label)
        )
        measures = dict.fromkeys(one for keep in mine for one in keep.measures)
        usuals = dict.fromkeys(one for keep in mine for one in keep.usuals)
        days = max(keep.days for keep in mine)
        return cls(entity, days, tuple(values), tuple(measures), tuple(usuals))

    @cached_property
    def moneys(self) -> tuple[Money, ...]:
        """Those that quantiles are asked of: each is kept of all rows that ever came."""
        return tuple(dict.fromkeys(usual.money for usual in self.usuals))

    @cached_property
    def columns(self) -> dict[Value | Measure, int]:
        """The cells' row of each column."""
        asked: tuple[Value | Measure, ...] = (*self.values, *self.measures)
        return {one: FIXED + place for place, one in enumerate(asked)}

    def source(self, value: Value | Measure | None) -> Source:
        """Where it lies; None is the rows themselves."""
        label = getattr(value, "needs_label", None)
        column = ONES if value is None else self.columns.get(value, ONES)
        return Source(column, ANY if label is None else label)

    @cached_property
    def digest(self) -> bytes:
        """8 bytes that another layout does not have."""
        return hashlib.sha256(repr(self).encode()).digest()[:8]
