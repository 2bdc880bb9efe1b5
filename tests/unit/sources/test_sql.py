"""A query against a real SQLite file."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from penstock.core.settings import parse
from penstock.sources import sql
from penstock.sources.errors import BadCell, NoAsOf, SourceChanged, SourceError
from penstock.sources.settings import SqlSource
from penstock.sources.sql import Queried
from tests.unit.sources.given import ROWS, target

QUERY = "SELECT * FROM payments ORDER BY transaction_id"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "bank.sqlite"
    columns = "transaction_id INT, time TEXT, customer INT, terminal INT, amount REAL, label INT"
    execute(path, f"CREATE TABLE payments ({columns})")
    for row in ROWS:
        insert(path, *(cell or None for cell in row.split(",")))
    monkeypatch.setenv("BANK_URL", f"sqlite:///{path}")
    return path


def execute(path: Path, statement: str, values: tuple[Any, ...] = ()) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


def insert(path: Path, *values: Any) -> None:
    execute(path, "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?)", values)


def queried(query: str = QUERY, **block: Any) -> Queried:
    value = {"kind": "sql", "url_env": "BANK_URL", "query": query, **block}
    return Queried(parse(SqlSource, value, "projects.fraud.source"), target())


def rows(source: Queried, as_of: date | None = None) -> list[dict[str, Any]]:
    ((_, batches),) = source.parts(source.version(as_of))
    found: list[dict[str, Any]] = pa.Table.from_batches(batches).to_pylist()
    return found


@pytest.mark.usefixtures("database")
def test_rows_come_in_the_types_of_the_schema_however_they_are_batched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, version = rows(queried()), queried().version(None)
    monkeypatch.setattr(sql, "BATCH_ROWS", 2)
    version_again = queried().version(None)
    ((_, batches),) = queried().parts(version_again)
    assert [batch.num_rows for batch in batches] == [2, 1]
    assert rows(queried()) == whole
    assert version_again == version
    assert whole[1]["amount"] == 99.99
    assert whole[1]["time"].isoformat() == "2024-05-01T08:00:01"
    assert [row["label"] for row in whole] == [0, 1, None]


@pytest.mark.usefixtures("database")
def test_the_record_holds_no_address() -> None:
    version = queried().version(None)
    assert version["locator"] == "$BANK_URL"
    assert version["rows"] == 3


def test_a_table_that_grew_is_not_read_as_the_recorded_one(database: Path) -> None:
    source = queried(mode="live")
    record = source.version(None)
    insert(database, 4, "2024-05-03", 1, 1, 1.0, 0)
    ((_, batches),) = source.parts(record)
    with pytest.raises(SourceChanged, match=r"3 rows[\s\S]*4 rows[\s\S]*penstock refresh fraud"):
        list(batches)


@pytest.mark.usefixtures("database")
def test_the_query_may_ask_for_a_date() -> None:
    query = "SELECT * FROM payments WHERE time < date(:as_of, '+1 day') ORDER BY transaction_id"
    assert len(rows(queried(query), date(2024, 5, 1))) == 2
    with pytest.raises(NoAsOf, match="--as-of"):
        queried(query).version(None)
    with pytest.raises(NoAsOf, match=":as_of"):
        queried().version(date(2024, 5, 1))


def test_a_value_that_does_not_fit_is_named_with_its_row(database: Path) -> None:
    insert(database, 4, "2024-05-03", 1, 1, 1.0, 300)
    with pytest.raises(BadCell, match=r"row 4, column 'label': expected a whole number \(int8\)"):
        queried().version(None)


def test_a_column_of_two_kinds_is_an_error_that_names_it(database: Path) -> None:
    insert(database, 4, "2024-05-03", 1, 1, "one", 0)
    with pytest.raises(SourceError, match="column 'amount'"):
        queried().version(None)


@pytest.mark.usefixtures("database")
def test_a_wrong_query_is_told_in_the_databases_words() -> None:
    with pytest.raises(SourceError, match="no such table: paymnts"):
        queried("SELECT * FROM paymnts ORDER BY 1").version(None)


@pytest.mark.usefixtures("database")
def test_a_query_without_rows_is_an_error() -> None:
    with pytest.raises(SourceError, match="gave no row"):
        queried("SELECT * FROM payments WHERE 1 = 0 ORDER BY 1").version(None)


def test_an_unset_variable_is_an_error_with_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANK_URL", raising=False)
    with pytest.raises(SourceError, match=r"fix: export BANK_URL="):
        queried().version(None)


@pytest.mark.parametrize(
    "url",
    [
        "hunter2",
        "postgres+x://me:hunter2@h/d",
        "postgresql://me:hunter2@h:p/d",
        "oracle://:hunter2@h",
    ],
)
def test_a_wrong_address_is_an_error_that_keeps_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("BANK_URL", url)
    with pytest.raises(SourceError) as error:
        queried().version(None)
    assert "hunter2" not in str(error.value)
    assert "BANK_URL" in str(error.value)


def test_a_driver_that_is_missing_comes_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANK_URL", "mysql://me:hunter2@h/d")
    with pytest.raises(SourceError, match=r"not installed: No module named 'MySQLdb'") as error:
        queried().version(None)
    assert ".venv/bin/uv pip install" in str(error.value)
    assert "hunter2" not in str(error.value)


@pytest.mark.usefixtures("database")
def test_a_query_of_other_columns_is_not_asked_for_a_delimiter() -> None:
    with pytest.raises(SourceError, match="none of the columns") as error:
        queried("SELECT 1 AS x ORDER BY 1").version(None)
    assert "delimiter" not in str(error.value)


def test_a_column_of_unix_seconds_is_refused_rather_than_read_as_1970(database: Path) -> None:
    execute(database, "UPDATE payments SET time = 1714550401 + transaction_id")
    query = "SELECT transaction_id, CAST(time AS INT) AS time FROM payments ORDER BY 1"
    with pytest.raises(BadCell, match=r"whole column.*\n  fix: convert the column to ISO 8601"):
        queried(query).version(None)
