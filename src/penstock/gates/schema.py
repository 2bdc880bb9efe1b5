"""The schema as three expectations, so that a wrong one stops like any other fault.

They look at a table of their own, named `columns`: a row for each column, tensor or entry of an
environment that is asked for or found, with the types of both. They come first, and what they
stop is not looked into: nobody can say much about a column that is not there.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from penstock.core.contracts import Expectation, Schema
from penstock.core.dataset import Dataset

COLUMNS = "columns"


def schema_expectations() -> list[Expectation]:
    """Nothing missing, nothing unknown, every type as the schema says."""
    return [
        Expectation(
            "columns-present",
            "Every column of the schema is there.",
            COLUMNS,
            "ExpectColumnValuesToNotBeNull",
            {"column": "found"},
        ),
        Expectation(
            "columns-known",
            "No column is there that the schema does not know.",
            COLUMNS,
            "ExpectColumnValuesToNotBeNull",
            {"column": "expected"},
        ),
        Expectation(
            "columns-typed",
            "Every column has the type that the schema says.",
            COLUMNS,
            "ExpectColumnPairValuesToBeEqual",
            {
                "column_A": "expected",
                "column_B": "found",
                "ignore_row_if": "either_value_is_missing",
            },
        ),
    ]


def columns_table(schema: Schema, dataset: Dataset) -> pd.DataFrame:
    """A row per column: `table`, `column`, `expected` and `found` (type, or null for none).

    A tensor is a column of the table `tensors`, an entry of an environment one of `environment`.
    """
    tables = dataset.tables
    rows: list[tuple[str, str, str | None, str | None]] = []
    for name in sorted({*schema.tables, *tables} - schema.audit):
        if name in schema.optional and name not in tables:
            continue
        found = _types(tables[name]) if name in tables else {}
        columns = [c for c in schema.tables.get(name, ()) if c.name in found or not c.optional]
        expected = {column.name: _asked(column.type) for column in columns}
        rows += [
            (name, column, expected.get(column), found.get(column))
            for column in dict.fromkeys([*expected, *found])
        ]
    tensors = {one.name: _shaped(one.dtype, one.shape) for one in schema.tensors}
    arrays = {n: _shaped(str(a.dtype), a.shape[1:]) for n, a in dataset.tensors.items()}
    entries = {name: type(value).__name__ for name, value in (dataset.environment or {}).items()}
    for part, asked, there in (
        ("tensors", tensors, arrays),
        ("environment", schema.environment, entries),
    ):
        names = dict.fromkeys([*asked, *there])
        rows += [(part, name, asked.get(name), there.get(name)) for name in names]
    return pd.DataFrame(rows, columns=["table", "column", "expected", "found"], dtype="object")


def _shaped(dtype: str, shape: tuple[int, ...]) -> str:
    return f"{dtype}{list(shape)}" if shape else dtype


def _types(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): _type(table[name]) for name in table.columns}


def _type(column: pd.Series) -> str:
    """The Arrow type by name; a column of mixed objects has none and says so."""
    try:
        # Typed columns tell their type without a look at their values.
        values = column if column.dtype == object else column.iloc[:1]
        return _named(pa.Array.from_pandas(values).type)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return "mixed"


def _asked(name: str) -> str:
    try:
        return _named(pa.type_for_alias(name))
    except ValueError:
        return name  # a nested type: it has no alias


def _named(kind: pa.DataType) -> str:
    """One name a type; pandas keeps text in a type of its own, which a schema need not know."""
    known = {pa.float64(): "float64", pa.float32(): "float32", pa.large_string(): "string"}
    return known.get(kind, str(kind))
