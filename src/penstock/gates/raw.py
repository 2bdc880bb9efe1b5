"""Raw tables hold nulls where a schema forbids them; reading them must not change a value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from penstock.core.contracts import Schema
from penstock.core.dataset import Dataset, load, read_manifest

NULLABLE = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def read_raw(folder: Path) -> Dataset:
    """The raw dataset.

    An integer column with nulls comes as pandas' nullable type, where pandas by itself makes it
    float64: that would round large ids, and read as a wrong type instead of a missing value.

    Raises:
        DatasetError: the folder has no manifest.
    """
    names = [
        Path(file).stem for file in read_manifest(folder)["files"] if file.endswith(".parquet")
    ]
    tables = {name: _read_table(folder / f"{name}.parquet") for name in names}
    return replace(load(folder, tables=[]), tables=tables)


def _read_table(path: Path) -> pd.DataFrame:
    arrow = pq.read_table(path)
    table: pd.DataFrame = arrow.to_pandas()
    for field in arrow.schema:
        if field.type in NULLABLE and arrow[field.name].null_count:
            table[field.name] = arrow[field.name].to_pandas(types_mapper=NULLABLE.get)
    return table


def settled(dataset: Dataset, schema: Schema) -> Dataset:
    """The dataset with plain types again in columns that may hold no null, and hold none now."""
    tables = dict(dataset.tables)
    for name, columns in schema.tables.items():
        if name in tables:
            plain = _plain_types(tables[name], [c.name for c in columns if not c.nullable])
            tables[name] = tables[name].astype(plain) if plain else tables[name]
    return replace(dataset, tables=tables)


def _plain_types(table: pd.DataFrame, required: list[str]) -> dict[str, Any]:
    types = {str(kind): kind.type for kind in NULLABLE.values()}
    return {
        name: types[str(table[name].dtype)]
        for name in required
        if str(table[name].dtype) in types and not table[name].isna().any()
    }
