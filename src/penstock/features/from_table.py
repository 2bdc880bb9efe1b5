"""What a stream would have kept after all rows of a table, made at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.features.clock import DAY
from penstock.features.featureset import FeatureSet
from penstock.features.gathered import Table
from penstock.features.kept import NEVER, NOT_KNOWN, Kept
from penstock.features.layout import FIXED, Layout
from penstock.features.stream import Stream

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]


def kept_of_table(features: FeatureSet, table: pd.DataFrame) -> Iterator[tuple[str, Any, Kept]]:
    """Column, value and past of every entity; a label is known `label_delay_days` after its row.

    A stream that was told the rows in their order, and their labels as they became known, goes on
    as one that has these.

    Args:
        table: as `FeatureSet.batch` takes it, with the columns of id and label.

    Raises:
        MissingColumn, ColumnUnfit: as `FeatureSet.batch` does.
    """
    shared = Table(table, features.time)
    for name, layout in Stream(features).layouts.items():
        keys, rows = shared.column(name).to_numpy(), shared.entity(name)
        cells = _cells(features, layout, table, shared)
        moneys = [shared.values(money)[rows.order] for money in layout.moneys]
        starts = np.flatnonzero(rows.begins == np.arange(len(rows.begins)))
        ends = np.append(starts[1:], len(rows.begins))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            horizon = rows.times[end - 1] - layout.days * DAY
            first = start + int(np.searchsorted(rows.times[start:end], horizon, side="right"))
            seen = [one[start:end] for one in moneys]
            kept = Kept.of_rows(layout, cells[:, first:end], seen, end - start)
            yield name, keys[rows.order[start]].item(), kept


def _cells(features: FeatureSet, layout: Layout, table: pd.DataFrame, shared: Table) -> Array:
    """int64 [4 + columns, rows], gathered by the layout's entity: what is kept of all rows."""
    ids = shared.column(features.id).to_numpy(np.int64)
    labels = shared.column(features.label)
    known = labels.notna().to_numpy()
    delay = features.label_delay_days * DAY
    rows = [
        shared.times,
        ids,
        labels.fillna(NOT_KNOWN).to_numpy(np.int64),
        np.where(known, shared.times + delay, NEVER),
    ]
    for value in layout.values:  # as if the label were what they ask for: it is looked at later
        wanted = value.needs_label
        seen = shared
        if wanted is not None:
            seen = Table(table.assign(**{features.label: wanted}), features.time)
        rows.append(seen.values(value))
    rows += [shared.measure(measure).view(np.int64) for measure in layout.measures]
    assert len(rows) == FIXED + len(layout.columns)
    order = shared.entity(layout.entity).order
    return np.stack([row[order] for row in rows])
