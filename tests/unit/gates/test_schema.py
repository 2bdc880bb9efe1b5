"""The schema as expectations."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from penstock.core.contracts import Column, Schema
from penstock.gates.examine import examine
from penstock.gates.schema import COLUMNS, columns_table, schema_expectations
from tests.unit.gates.given import SCHEMA, payments


def broken(tables: dict[str, pd.DataFrame], schema: Schema = SCHEMA) -> dict[str, list[str]]:
    """Columns that break each expectation, for those that any does."""
    shown = columns_table(schema, tables)
    findings = examine(schema_expectations(), {COLUMNS: shown})
    return {
        f.expectation.name: shown["column"].iloc[f.rows].tolist() for f in findings if len(f.rows)
    }


def test_the_right_columns_pass_in_any_order() -> None:
    assert broken({"payments": payments()[["label", "id", "amount"]]}) == {}


def test_a_missing_column_is_named() -> None:
    assert broken({"payments": payments().drop(columns="amount")}) == {
        "columns-present": ["amount"]
    }


def test_an_extra_column_is_named() -> None:
    assert broken({"payments": payments().assign(note="?")}) == {"columns-known": ["note"]}


def test_a_missing_table_lacks_all_its_columns() -> None:
    assert broken({}) == {"columns-present": ["id", "amount", "label"]}


@pytest.mark.parametrize(
    ("values", "found"),
    [("12.50", "string"), (1, "int64"), (pd.Timestamp(0), "timestamp[us]")],
)
def test_a_wrong_type_is_named(values: object, found: str) -> None:
    tables = {"payments": payments().assign(amount=values)}
    assert broken(tables) == {"columns-typed": ["amount"]}
    assert columns_table(SCHEMA, tables)["found"].tolist()[1].startswith(found[:9])


def test_objects_of_several_types_have_none() -> None:
    mixed = pd.Series([1, "a", Decimal(2)] * 4, dtype="object")
    tables = {"payments": payments(12).assign(amount=mixed)}
    assert broken(tables) == {"columns-typed": ["amount"]}


def test_text_is_text_however_pandas_keeps_it() -> None:
    schema = Schema({"t": (Column("a", "string"), Column("b", "string"))})
    table = pd.DataFrame(
        {"a": pd.Series(["x"], dtype="object"), "b": pd.Series(["x"], dtype="str")}
    )
    assert broken({"t": table}, schema) == {}


def test_audit_tables_are_not_looked_at() -> None:
    schema = Schema({**SCHEMA.tables, "plans": (Column("x", "int64"),)}, frozenset({"plans"}))
    assert set(columns_table(schema, {"payments": payments()})["table"]) == {"payments"}
