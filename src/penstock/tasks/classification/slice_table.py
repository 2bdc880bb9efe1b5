"""How the leader does in parts of the judged rows, by columns that no model sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Estimate, Grid
from penstock.core.dataset import Dataset
from penstock.tasks.classification.estimates import estimates
from penstock.tasks.classification.trials import ProtocolSettings

TABLE = "slices"
LEAST_POSITIVE = 5  # units; with fewer, many a resample would hold no positive row at all
SHOWN = {"average_precision": "average precision", "roc_auc": "ROC AUC", "alert_recall": "recall"}


@dataclass(frozen=True)
class Slice:
    """A part of the judged rows.

    Attributes:
        estimates: metric → estimate; empty where positives are too few to tell.
        against: rows of other slices it is told from, where it holds positives alone.
    """

    column: str
    value: str
    rows: int
    positives: int
    estimates: dict[str, Estimate]
    against: int = 0


def slices_of(
    rows: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings, seed: int
) -> list[Slice]:
    """Each value of each column of the table `slices`; none where the dataset has no such table.

    Folds are pooled, since a slice may have few positives in one of them.

    Args:
        rows: joined rows of one candidate on one split.
    """
    if TABLE not in dataset.tables:
        return []
    table = dataset.tables[TABLE]
    id_column = dataset.notes["signature"]["roles"]["id"]
    place = pd.Index(table[id_column]).get_indexer(rows["row_id"])
    assert (place >= 0).all(), "the table of slices holds every row of the features"
    here = table.iloc[place]
    pooled = rows.assign(fold=0)
    # Checks by the day are a budget of all rows together: a slice has none of its own.
    asked = protocol.model_copy(update={"daily_top": None})
    genuine = rows["label"].to_numpy() == 0
    found = []
    for column in table.columns.drop(id_column):
        for value, inside in _values(here[column]):
            positives = pooled["label"].to_numpy()[inside]
            against = genuine & ~inside if positives.all() else np.zeros_like(inside)
            judged = pooled[inside | against]
            units = judged.loc[judged["label"] == 1, "unit_id"].nunique()
            told = estimates(judged, asked, seed) if units >= LEAST_POSITIVE else {}
            of_slice = {metric: told[metric] for metric in SHOWN if metric in told}
            size, hits = int(inside.sum()), int(positives.sum())
            name = str(column).replace("_", " ")
            found.append(Slice(name, value, size, hits, of_slice, int(against.sum())))
    return found


def slice_grid(candidate: str, slices: list[Slice]) -> Grid:
    """The slices as a table."""
    told = [metric for metric in SHOWN if any(metric in one.estimates for one in slices)]
    body = []
    for one in slices:
        mark = " *" if one.against else ""
        cells = [_cell(one.estimates.get(metric)) for metric in told]
        body.append(
            [f"{one.column}: {one.value}{mark}", f"{one.rows:,}", f"{one.positives:,}", *cells]
        )
    caption = f"{candidate}, folds pooled, with 95 % intervals."
    if any(one.against for one in slices):
        caption += " * Holds positive rows alone; told from all negative ones."
    return Grid(
        title="Where it is strong and where it is weak",
        columns=["slice", "rows", "positive", *(SHOWN[metric] for metric in told)],
        rows=body,
        caption=caption,
    )


def weakest(slices: list[Slice]) -> list[str]:
    """Of each column the slice with the lowest recall (ROC AUC without alerts), in words."""
    said = []
    for column in dict.fromkeys(one.column for one in slices):
        told = [one for one in slices if one.column == column and one.estimates]
        metric = (
            "alert_recall" if all("alert_recall" in one.estimates for one in told) else "roc_auc"
        )
        if len(told) > 1:
            last = min(told, key=lambda one: one.estimates[metric].mean)
            said.append(
                f"{column} {last.value}: {SHOWN[metric]} {_cell(last.estimates[metric])}, "
                f"{last.positives:,} positive of {last.rows:,} rows"
            )
    return said


def _values(column: pd.Series) -> Iterator[tuple[str, Array]]:
    """Each value with the mask of its rows; in the order of its categories, where it has one."""
    values = column.astype("category") if column.dtype != "category" else column
    codes = values.cat.codes.to_numpy()
    for code, name in enumerate(values.cat.categories):
        if (codes == code).any():
            yield str(name), codes == code


def _cell(found: Estimate | None) -> str:
    return f"{found.mean:.3f} [{found.low:.3f} – {found.high:.3f}]" if found else "—"
