"""What a source may do without."""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Column, Schema
from penstock.core.dataset import Dataset
from penstock.gates.schema import columns_table

SCHEMA = Schema(
    {
        "t": (Column("a", "int64"), Column("b", "string", optional=True)),
        "u": (Column("c", "int64"),),
    },
    optional=frozenset({"u"}),
)


def asked(**tables: pd.DataFrame) -> list[tuple[str, str]]:
    rows = columns_table(SCHEMA, Dataset(tables))
    return list(zip(rows["table"], rows["column"], strict=True))


def test_an_optional_table_and_an_optional_column_are_not_asked_for() -> None:
    assert asked(t=pd.DataFrame({"a": [1]})) == [("t", "a")]


def test_those_that_are_there_are_held_to_the_schema() -> None:
    tables = {"t": pd.DataFrame({"a": [1], "b": [2]}), "u": pd.DataFrame({"d": [1]})}
    assert asked(**tables) == [("t", "a"), ("t", "b"), ("u", "c"), ("u", "d")]
    rows = columns_table(SCHEMA, Dataset(tables)).set_index("column")
    assert rows.loc["b"].tolist() == ["t", "string", "int64"]
    assert rows.loc["c", "found"] is None
