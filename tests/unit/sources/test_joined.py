"""A source of several tables, each from where it lies."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from penstock.core.dataset import load, write_manifest
from penstock.core.errors import ParamsError
from penstock.core.files import atomic_folder
from penstock.sources.errors import BadCell, NoAsOf, SourceChanged
from penstock.sources.opening import open_source
from penstock.sources.raw import write_parts
from penstock.sources.record import make_record
from tests.shop import raw, write_inbox

PROJECT = "recommendation"


def ingested(root: Path, block: dict[str, Any]) -> dict[str, pd.DataFrame]:
    source = open_source(root, PROJECT, block)
    record = make_record(PROJECT, source.settings, source.version(None))
    with atomic_folder(root / "raw") as folder:
        write_manifest(folder, write_parts(source.parts(record), folder), {})
    return dict(load(root / "raw").tables)


def refused(root: Path, block: dict[str, Any]) -> str:
    with pytest.raises(ParamsError) as error:
        open_source(root, PROJECT, block)
    return str(error.value)


def test_three_files_become_three_tables(tmp_path: Path) -> None:
    found = ingested(tmp_path, write_inbox(tmp_path))
    for name, table in raw().tables.items():
        expected = table.assign(time=table["time"].dt.floor("s")) if "time" in table else table
        same = [*found[name].columns]
        pd.testing.assert_frame_equal(found[name], expected[same], check_dtype=False)


def test_moments_of_whole_seconds_are_read_as_such(tmp_path: Path) -> None:
    rows = ingested(tmp_path, write_inbox(tmp_path))["interactions"]
    assert str(rows["time"].dtype) == "datetime64[us]"
    assert rows["time"].min().year == 2024


def test_without_an_epoch_a_number_is_no_moment(tmp_path: Path) -> None:
    block = write_inbox(tmp_path)
    del block["tables"]["interactions"]["epoch"]
    with pytest.raises(BadCell, match="column 'time'"):
        ingested(tmp_path, block)


def test_the_version_changes_with_any_table(tmp_path: Path) -> None:
    block = write_inbox(tmp_path)
    source = open_source(tmp_path, PROJECT, block)
    before = source.version(None)
    record = make_record(PROJECT, source.settings, before)
    with (tmp_path / "data/inbox/items.csv").open("a") as file:
        file.write("999,Late,Drama,01-Jan-2000\n")
    assert source.version(None)["sha256"] != before["sha256"]
    assert source.version(None)["tables"]["users"] == before["tables"]["users"]
    with pytest.raises(SourceChanged, match=r"items\.csv"):
        write_parts(source.parts(record), tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "fils"}, "source.tables.items.kind: found 'fils'.*did you mean 'files'"),
        ({"kind": "generator"}, "source.tables.items.kind: found 'generator'"),
        ({"kind": "tables", "tables": {}}, "source.tables.items.kind: found 'tables'"),
        ({"mode": "live"}, "source.tables.items.mode: stands above"),
        ({"paht": "x.csv"}, "source.tables.items.paht: unknown key"),
        ({"columns": {"titel": "x"}}, "source.tables.items.columns.titel.*did you mean 'title'"),
        ({"epoch": "minutes"}, "source.tables.items.epoch"),
    ],
)
def test_a_wrong_table_is_told_by_its_key(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    block = write_inbox(tmp_path)
    block["tables"]["items"] |= change
    with pytest.raises(ParamsError, match=says):
        open_source(tmp_path, PROJECT, block)


def test_a_table_that_the_schema_does_not_know_gets_did_you_mean(tmp_path: Path) -> None:
    block = write_inbox(tmp_path)
    block["tables"]["item"] = block["tables"].pop("items")
    assert "did you mean 'items'" in refused(tmp_path, block)


def test_every_wrong_table_is_told_at_once(tmp_path: Path) -> None:
    block = write_inbox(tmp_path)
    block["tables"]["items"]["kind"] = "x"
    block["tables"]["users"]["kind"] = "y"
    said = refused(tmp_path, block)
    assert "tables.items.kind" in said and "tables.users.kind" in said


def test_a_pinned_source_holds_every_mirror_to_a_hash(tmp_path: Path) -> None:
    mirror = {"kind": "mirrors", "mirrors": [{"kind": "url", "url": "https://example.org/x.csv"}]}
    block = {"kind": "tables", "tables": {"interactions": mirror}}
    assert "needs the file's sha256" in refused(tmp_path, block)


def test_a_date_is_asked_of_the_tables_that_can_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = write_inbox(tmp_path)
    rows = raw().tables["interactions"]
    with sqlite3.connect(tmp_path / "log.db") as database:
        told = rows.assign(time=rows["time"].astype(str))
        told.to_sql("log", database, index=False)
    monkeypatch.setenv("LOG_URL", f"sqlite:///{tmp_path}/log.db")
    query = "SELECT * FROM log WHERE time <= :as_of ORDER BY interaction"
    block["tables"]["interactions"] = {"kind": "sql", "url_env": "LOG_URL", "query": query}
    source = open_source(tmp_path, PROJECT, block)
    day = date(2024, 1, 20)
    record = make_record(PROJECT, source.settings, source.version(day))
    assert record["as_of"] == "2024-01-20"
    assert (
        write_parts(source.parts(record), tmp_path)["interactions"]
        == (rows["time"] <= pd.Timestamp(day)).sum()
    )
    with pytest.raises(NoAsOf, match="asks for :as_of"):
        source.version(None)


def test_a_date_that_no_table_can_show_is_refused(tmp_path: Path) -> None:
    source = open_source(tmp_path, PROJECT, write_inbox(tmp_path))
    with pytest.raises(NoAsOf, match="one state only"):
        source.version(date(2024, 1, 1))


def test_a_block_that_says_nothing_new_has_the_hash_it_had() -> None:
    block: dict[str, Any] = {"kind": "files", "path": "x.csv"}
    plain = open_source(Path(), "creditcard", block).settings
    assert "epoch" not in plain.model_dump()
    dated = open_source(Path(), "creditcard", block | {"epoch": "ms"}).settings
    assert dated.model_dump()["epoch"] == "ms"
