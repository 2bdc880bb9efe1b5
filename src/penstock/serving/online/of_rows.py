"""Features of the event alone: nothing is kept, so nothing can be counted twice."""

from __future__ import annotations

from penstock.features.row_set import RowSet
from penstock.serving.contracts import Admitted, Event


class RowFeatures:
    """`contracts.Features` of a project whose features look at no past; any process may have it."""

    def __init__(self, features: RowSet, entity: str) -> None:
        self.names, self.id, self.entity = features.names, features.id, entity
        self._of_event = features.of_event

    def admit(self, event: Event) -> Admitted:
        return Admitted(self._of_event(event))

    def settle(self, event: Event, answer: bytes) -> None:
        """The same event gives the same answer: there is nothing to remember."""

    def learn(self, labels: list[Event]) -> int:
        """No feature looks at labels."""
        return 0

    def close(self) -> None:
        """There is nothing to write."""
