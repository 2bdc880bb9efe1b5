"""Mistakes in the definition of a feature, or in the table that it is computed from."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.core.errors import PenstockError, did_you_mean


class FeatureDefinitionError(PenstockError):
    """A feature cannot mean what its definition says."""

    def __init__(self, name: str, problem: str, fix: str) -> None:
        super().__init__(f"feature {name!r}: {problem}\n  fix: {fix}")


class LabelTooYoung(PenstockError):
    """A feature would look at labels that are not known yet when it is served."""

    def __init__(self, name: str, label: str, delay_days: int | None, needed_days: int) -> None:
        found = "of any age" if delay_days is None else f"{delay_days} days old"
        super().__init__(
            f"feature {name!r} looks at column {label!r} {found}, but a label is known only "
            f"after {needed_days} days\n"
            f"  fix: give it delay_days >= {needed_days}, or lower label_delay_days of the set"
        )


class MissingColumn(PenstockError):
    """The table lacks a column that a feature reads."""

    def __init__(self, column: str, known: Iterable[str]) -> None:
        names = list(known)
        super().__init__(
            f"features read column {column!r}, which the table lacks; "
            f"{did_you_mean(column, names)}\n"
            "  fix: rename the column in the source, then run: penstock refresh PROJECT"
        )


class ColumnUnfit(PenstockError):
    """A column holds what no feature can be computed from."""

    def __init__(self, column: str, expected: str, found: str) -> None:
        super().__init__(
            f"column {column!r}: expected {expected}, found {found}\n"
            "  fix: mend the source or let the gate take such rows out, then run: dvc repro"
        )


class EventLate(PenstockError):
    """An event came after a later one of the same entity, whose features are told already."""

    def __init__(self, entity: str, key: object, time: int, last: int) -> None:
        super().__init__(
            f"{entity} {key!r}: an event at {time} came after one at {last} (microseconds)\n"
            "  fix: send the events of an entity in order of time"
        )


class StateUnfit(PenstockError):
    """The kept state of an entity is not one of this feature set."""

    def __init__(self, entity: str, problem: str) -> None:
        super().__init__(
            f"the kept state of a {entity} cannot be read: {problem}\n"
            "  fix: build the states anew from the events since the longest window began"
        )
