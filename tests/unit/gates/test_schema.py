"""The schema as expectations."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Column, Schema, Tensor
from penstock.core.dataset import Dataset
from penstock.gates.examine import examine
from penstock.gates.schema import COLUMNS, columns_table, schema_expectations
from tests.unit.gates.given import SCHEMA, payments


def broken(tables: dict[str, pd.DataFrame], schema: Schema = SCHEMA) -> dict[str, list[str]]:
    return broken_in(Dataset(tables=tables), schema)


def broken_in(dataset: Dataset, schema: Schema) -> dict[str, list[str]]:
    """Columns that break each expectation, for those that any does."""
    shown = columns_table(schema, dataset)
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
    assert columns_table(SCHEMA, Dataset(tables=tables))["found"].tolist()[1].startswith(found[:9])


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
    shown = columns_table(schema, Dataset(tables={"payments": payments()}))
    assert set(shown["table"]) == {"payments"}


def test_tensors_have_a_dtype_and_a_shape() -> None:
    schema = Schema(tensors=(Tensor("image", "float32", (8, 8)), Tensor("label", "int64")))
    image, label = np.zeros((3, 8, 8), np.float32), np.zeros(3, np.int64)
    assert broken_in(Dataset(tensors={"image": image, "label": label}), schema) == {}
    flat = Dataset(tensors={"image": image.reshape(3, 64), "label": label.astype(np.int8)})
    assert broken_in(flat, schema) == {"columns-typed": ["image", "label"]}
    other = Dataset(tensors={"image": image, "mask": image})
    assert broken_in(other, schema) == {
        "columns-present": ["label"],
        "columns-known": ["mask"],
    }


def test_an_environment_has_entries_of_the_types_that_json_gives() -> None:
    schema = Schema(environment={"arms": "list", "horizon": "int"})
    assert broken_in(Dataset(environment={"arms": [], "horizon": 9}), schema) == {}
    wrong = Dataset(environment={"horizon": "9"})
    assert broken_in(wrong, schema) == {
        "columns-present": ["arms"],
        "columns-typed": ["horizon"],
    }
