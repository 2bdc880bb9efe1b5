"""An event that has just come, as the kernels see it: the streaming counterpart of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from penstock.features.errors import MissingColumn

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
        self._values: dict[Value, int] = {}
        self._measures: dict[Measure, float] = {}
        self._quantiles: dict[Usual, int] = {}

    def column(self, name: str) -> Any:
        """What the event holds; raises MissingColumn."""
        return column_of(self._event, name)

    def rows(self, entity: str) -> Kept:
        """What is kept of the event's entity, the event itself once it has been appended."""
        return self._kept[entity]

    def value(self, value: Value) -> int:
        if value not in self._values:
            self._values[value] = value.of_event(self)
        return self._values[value]

    def measure(self, measure: Measure) -> float:
        if measure not in self._measures:
            self._measures[measure] = measure.of_event(self)
        return self._measures[measure]

    def quantile(self, usual: Usual) -> int:
        """100 times the quantile of the entity's earlier rows; of the event's own without any.

        Asked first before the event is appended, and the same ever after.
        """
        if usual not in self._quantiles:
            from penstock.features.quantiles import PERCENT

            found = self._kept[usual.entity].quantile(usual)
            own = self.value(usual.money) * PERCENT
            self._quantiles[usual] = own if found is None else found
        return self._quantiles[usual]


def column_of(event: Mapping[str, Any], name: str) -> Any:
    if name not in event:
        raise MissingColumn(name, event)
    return event[name]
