"""Labels of events that were scored: those the data holds by now, and those that were posted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from penstock.core.contracts import Array
from penstock.core.dataset import read_manifest
from penstock.core.errors import DatasetError
from penstock.serving.log.labels import Labels


def known_labels(root: Path, project: str, labels: Labels, event_id: pa.Array) -> Array:
    """Float64 (events,), NaN where a label is not known; what was posted last counts.

    Args:
        event_id: as text, see Prediction.event_id.
    """
    known = np.full(len(event_id), np.nan)
    ids, values = _built(root, project)
    _fill(known, event_id, ids, values)
    posted = {one.id: one.label for one in labels.read(project)}
    if posted:
        ids = pa.array(list(posted), pa.string())
        _fill(known, event_id, ids, np.fromiter(posted.values(), float, len(posted)))
    return known


def _built(root: Path, project: str) -> tuple[pa.Array, Array]:
    """The table `labels` of data/P/features; none where it was never built."""
    folder = root / "data" / project / "features"
    try:
        roles = read_manifest(folder)["notes"].get("signature", {}).get("roles", {})
    except DatasetError:
        return pa.array([], pa.string()), np.array([])
    path = folder / "labels.parquet"
    if not {"id", "target"} <= roles.keys() or not path.is_file():
        return pa.array([], pa.string()), np.array([])
    table = pq.read_table(path, columns=[roles["id"], roles["target"]])
    values = table[roles["target"]].cast(pa.float64()).to_numpy()  # null becomes NaN
    return table[roles["id"]].combine_chunks(), values


def _fill(known: Array, event_id: pa.Array, ids: pa.Array, values: Array) -> None:
    """Set `known` where `ids` has the event, and its label is one."""
    if not len(ids):
        return
    wanted = event_id
    if not pa.types.is_string(ids.type):
        if not pa.types.is_integer(ids.type):
            ids = ids.cast(pa.string())
        else:
            number = pc.match_substring_regex(event_id, r"^-?\d{1,18}$")
            wanted = pc.if_else(number, event_id, None).cast(ids.type)
    place = pc.index_in(wanted, value_set=ids)
    there = pc.and_(pc.is_valid(place), pc.is_valid(wanted)).to_numpy(zero_copy_only=False)
    found = values[place.fill_null(0).to_numpy(zero_copy_only=False)]
    there &= np.isfinite(found)
    known[there] = found[there]
