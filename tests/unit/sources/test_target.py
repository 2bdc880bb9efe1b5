"""Which column of a source fills which of the schema."""

from __future__ import annotations

import logging
from typing import Any

import pyarrow as pa
import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.projects.fraud.schema import SCHEMA
from penstock.sources.errors import SourceError
from penstock.sources.settings import FilesSource
from penstock.sources.target import make_fit, make_target, raw_schema
from tests.unit.sources.given import target

ALL = ["transaction_id", "time", "customer", "terminal", "amount", "label"]


def settings(**block: Any) -> FilesSource:
    return parse(FilesSource, {"kind": "files", "path": "x.csv", **block}, "source")


def test_the_only_table_that_is_not_for_audit_is_filled() -> None:
    assert make_target("fraud", settings(), SCHEMA).table == "transactions"


def test_a_misspelt_table_gets_did_you_mean() -> None:
    with pytest.raises(ParamsError, match="did you mean 'transactions'"):
        make_target("fraud", settings(table="transaction"), SCHEMA)


def test_a_misspelt_column_gets_did_you_mean() -> None:
    with pytest.raises(ParamsError, match=r"columns\.amont.*did you mean 'amount'"):
        make_target("fraud", settings(columns={"amont": "Betrag"}), SCHEMA)


@pytest.mark.parametrize(
    "columns",
    [{"customer": "terminal"}, {"customer": "who", "terminal": "who"}],
)
def test_a_column_of_the_source_fills_one_of_the_schema(columns: dict[str, str]) -> None:
    with pytest.raises(ParamsError, match="customer and terminal are both filled from"):
        make_target("fraud", settings(columns=columns), SCHEMA)


def test_two_columns_may_change_places() -> None:
    columns = {"customer": "terminal", "terminal": "customer"}
    assert make_target("fraud", settings(columns=columns), SCHEMA).renames == columns


def test_columns_of_another_name_are_found_through_the_map() -> None:
    fit = make_fit(target(amount="Betrag"), ["Betrag", "time"], "x.csv")
    assert {name: column.name for name, column in fit.filled.items()} == {
        "time": "time",
        "Betrag": "amount",
    }


def test_a_map_to_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SourceError, match="did you mean 'Betrag'"):
        make_fit(target(amount="Betrg"), ["Betrag", "time"], "x.csv")


def test_a_missing_id_is_numbered_and_another_missing_column_left_out() -> None:
    fit = make_fit(target(), ["time", "customer", "terminal", "label"], "x.csv")
    assert [column.name for column in fit.columns] == [
        "transaction_id",
        "time",
        "customer",
        "terminal",
        "label",
    ]


def test_what_is_dropped_and_what_is_missing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    make_fit(target(), [*ALL[:4], "Amount", "label"], "x.csv")
    assert "not in the schema, dropped: Amount" in caplog.text
    assert "no column 'amount'; did you mean 'Amount'?" in caplog.text


def test_a_source_without_any_known_column_is_an_error_with_both_lists() -> None:
    with pytest.raises(SourceError) as error:
        make_fit(target(), ["transaction_id;time;customer"], "x.csv")
    assert "expected: transaction_id, time" in str(error.value)
    assert "found:    transaction_id;time;customer" in str(error.value)
    assert "delimiter" not in str(error.value)  # a query has none
    with pytest.raises(SourceError, match=r"columns \(.*\), or its delimiter, in params.yaml"):
        make_fit(target(), ["transaction_id;time;customer"], "x.csv", ", or its delimiter,")


def test_a_column_that_is_there_twice_is_an_error() -> None:
    with pytest.raises(SourceError, match="'amount' is there 2 times"):
        make_fit(target(), [*ALL, "amount"], "x.csv")


def test_pandas_reads_a_nullable_integer_back_as_one() -> None:
    schema = raw_schema(SCHEMA.tables["transactions"])
    frame = schema.empty_table().to_pandas()
    assert str(frame["label"].dtype) == "Int8"
    assert str(frame["customer"].dtype) == "int64"
    assert schema.field("time").type == pa.timestamp("us")
