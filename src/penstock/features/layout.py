"""What a stream has to keep of its entities, as its kernels ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from penstock.features.measures import Measure, Usual
from penstock.features.values import Label, Value

FIXED = 4  # columns that every row has: time, id, label, the moment it became known


@dataclass(frozen=True)
class Keep:
    """What one kernel wants kept of an entity's rows, and for how many days."""

    entity: str
    days: int = 0
    values: tuple[Value, ...] = ()
    measures: tuple[Measure, ...] = ()
    usuals: tuple[Usual, ...] = ()


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
    def columns(self) -> dict[Value | Measure, int]:
        """The cells' row of each column."""
        asked: tuple[Value | Measure, ...] = (*self.values, *self.measures)
        return {one: FIXED + place for place, one in enumerate(asked)}

    @cached_property
    def digest(self) -> bytes:
        """8 bytes that another layout does not have."""
        return hashlib.sha256(repr(self).encode()).digest()[:8]
