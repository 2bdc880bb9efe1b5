"""Which way a file's rows become the inputs of a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from penstock.core.config import Params
from penstock.core.contracts import Column
from penstock.core.workspace import load_part
from penstock.features.featureset import FeatureSet
from penstock.serving.batch.by_row import OfEvents, Ready
from penstock.serving.batch.errors import ColumnLacking
from penstock.serving.batch.of_stream import OfStream
from penstock.serving.batch.reading import RowsFile
from penstock.serving.batch.vectors import Vectors
from penstock.serving.online.project import online_project


def vectors_of(
    params: Params, project: str, rows: RowsFile, inputs: Sequence[str], *, features: bool
) -> Vectors:
    """What makes the champion's `inputs` of the rows of a file.

    Args:
        features: the file holds them, and nothing has to be made.

    Raises:
        ColumnLacking: the file lacks a column.
        NoOnlineFeatures: the project does not say how features of single rows are made.
    """
    made = online_project(params, project)
    schema = {
        one.name: one for one in load_part("project", project, "schema").SCHEMA.tables[made.table]
    }
    if features:
        _expect(rows, inputs, of_model=True)
        own = schema[made.features.id] if made.features.id in rows.columns else None
        return Ready(inputs, own and own.name, own and _type(own))
    if not isinstance(made.features, FeatureSet):
        types = {name: _type(one) for name, one in schema.items() if name in rows.columns}
        return OfEvents(rows.path, types, made.features, inputs)
    names = _read_by(made.features)
    label = made.features.label
    _expect(rows, [name for name in names if name != label], of_model=False)
    types = {name: _type(schema[name]) for name in names if name in rows.columns}
    return OfStream(rows.path, types, made.features, inputs)


def _read_by(features: FeatureSet) -> list[str]:
    read = [name for kernel in features.kernels for name in kernel.reads]
    return list(dict.fromkeys([features.id, features.time, *read]))


def _expect(rows: RowsFile, names: Iterable[str], *, of_model: bool) -> None:
    for name in names:
        if name not in rows.columns:
            raise ColumnLacking(rows.path, name, rows.columns, of_model=of_model)


def _type(column: Column) -> pa.DataType:
    return pa.type_for_alias(column.type)
