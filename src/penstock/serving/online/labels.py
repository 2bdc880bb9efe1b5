"""Which of the labels that were posted are new."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.features.clock import DAY
from penstock.features.event import entity_in, label_in, moment_in, number_in
from penstock.features.stream import KNOWN_AT, Stream
from penstock.serving.contracts import Event
from penstock.serving.online.bodies import Bodies, Label


def new_labels(stream: Stream, bodies: Bodies, labels: Iterable[Event]) -> list[Label]:
    """Those that change what is kept, the last one of an id; the others are known or too old.

    A label without `known_at` is known from its row's time and the delay of the features on: it
    may come earlier, and no feature looks at it. One that comes later counts from when it came,
    since what was told before stays told.

    Raises:
        MissingColumn, ColumnUnfit: one of them lacks a column, or holds what it can't.
    """
    new: dict[int, Label] = {}
    for one in labels:
        label, known_at = check_label(stream, one)
        row = stream.row(one)
        if row is None or (row.label == label and known_at in (None, row.known_at)):
            continue
        if known_at is None:
            known_at = row.time + stream.features.label_delay_days * DAY
        found = bodies.label(one, known_at)
        new[found.id] = found
    return list(new.values())


def check_label(stream: Stream, event: Event) -> tuple[int, int | None]:
    """What it says, and since when it is known; None where it doesn't say that.

    Raises:
        MissingColumn, ColumnUnfit: it lacks a column, or holds what it can't.
    """
    number_in(event, stream.features.id)
    for name in stream.layouts:
        entity_in(event, name)
    given = event.get(KNOWN_AT) is not None
    known_at = moment_in(event, KNOWN_AT) if given else None
    return label_in(event, stream.features.label), known_at
