"""An event that has just come, as the kernels see it: the streaming counterpart of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock.features.event import column_of
from penstock.features.usual import PERCENT

if TYPE_CHECKING:
    from penstock.features.kept import Kept
    from penstock.features.measures import Measure, Usual
    from penstock.features.values import Value


class Moment:
    """One event among what is kept of its entities.

    Attributes:
        time: microseconds since 1970.
    """

    def __init__(self, event: Mapping[str, Any], time: int, kept: Mapping[str, Kept]) -> None:
        self._event, self.time, self._kept = event, time, kept
        # By identity: to hash a nested definition costs more than most of them do. Equal ones
        # are worked out twice, but for quantiles, which are asked before the event is kept.
        self._values: dict[int, int] = {}
        self._measures: dict[int, float] = {}
        self._quantiles: dict[Usual, int] = {}

    def column(self, name: str) -> Any:
        """What the event holds; raises MissingColumn."""
        return column_of(self._event, name)

    def value(self, value: Value) -> int:
        found = self._values.get(id(value))
        if found is None:
            found = self._values[id(value)] = value.of_event(self)
        return found

    def measure(self, measure: Measure) -> float:
        found = self._measures.get(id(measure))
        if found is None:
            found = self._measures[id(measure)] = measure.of_event(self)
        return found

    def quantile(self, usual: Usual) -> int:
        """100 times the quantile of the entity's earlier rows; of the event's own without any.

        Asked first before the event is appended, and the same ever after.
        """
        found = self._quantiles.get(usual)
        if found is None:
            found = self._kept[usual.entity].quantile(usual)
            if found is None:
                found = self.value(usual.money) * PERCENT
            self._quantiles[usual] = found
        return found
