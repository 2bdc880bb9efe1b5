"""From a source to data/P/raw, by the stage itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from penstock.core.dataset import load, read_manifest
from penstock.effects.refresh import refresh
from penstock.sources.errors import BadCell, SourceChanged, SourceError, SourceUnrecorded
from penstock.stages.ingest import ingest
from tests.unit.sources.given import ROWS, params, write_csv

SMALL = {"customers": 40, "terminals": 100, "days": 12, "radius": 20.0}
FEED = {"kind": "generator", "settings": SMALL, "label_delay_days": 7}


def mine(**more: Any) -> dict[str, Any]:
    return {"kind": "files", "mode": "live", "path": "mine.csv", **more}


def test_the_users_own_transactions_come_in_through_the_same_schema(tmp_path: Path) -> None:
    header = "Buchung;Zeit;Kunde;Terminal;Betrag;Betrug;Notiz"
    rows = [f"{row};x".replace(",", ";") for row in ROWS]
    write_csv(tmp_path / "mine.csv", *rows, header=header)
    names = ["transaction_id", "time", "customer", "terminal", "amount", "label"]
    columns = dict(zip(names, header.split(";"), strict=False))
    block = params(fraud=mine(delimiter=";", columns=columns))
    record = refresh(tmp_path, block, "fraud").record
    ingest(tmp_path, block, "fraud")
    raw = load(tmp_path / "data" / "fraud" / "raw")
    frame = raw.tables["transactions"]
    assert list(frame) == names
    assert str(frame["time"].dtype) == "datetime64[us]"
    assert str(frame["label"].dtype) == "Int8"
    told = {name: record.get(name) for name in ("kind", "sha256", "etag", "as_of")}
    assert raw.notes == {"source": told}


def test_the_simulated_feed_has_the_types_of_the_users_own(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    kinds = []
    for block in (params(fraud=mine()), params(fraud=FEED)):
        refresh(tmp_path, block, "fraud")
        ingest(tmp_path, block, "fraud")
        table = load(tmp_path / "data" / "fraud" / "raw").tables["transactions"]
        kinds.append({name: str(kind) for name, kind in table.dtypes.items()})
    assert kinds[0] == kinds[1]


def test_ingest_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    feed = params(fraud=FEED)
    refresh(tmp_path, feed, "fraud", date(2018, 4, 9))
    manifests = []
    for _ in range(2):
        ingest(tmp_path, feed, "fraud")
        manifests.append(read_manifest(tmp_path / "data" / "fraud" / "raw"))
    assert manifests[0] == manifests[1]
    assert set(manifests[0]["rows"]) == {"transactions", "scenarios"}
    assert manifests[0]["notes"]["source"]["as_of"] == "2018-04-09"


def test_a_file_that_changed_since_the_refresh_is_not_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    refresh(tmp_path, params(fraud=mine()), "fraud")
    ingest(tmp_path, params(fraud=mine()), "fraud")
    before = read_manifest(tmp_path / "data" / "fraud" / "raw")
    write_csv(tmp_path / "mine.csv", *ROWS[:2])
    with pytest.raises(SourceChanged, match="fix: penstock refresh fraud"):
        ingest(tmp_path, params(fraud=mine()), "fraud")
    assert read_manifest(tmp_path / "data" / "fraud" / "raw") == before


def test_a_bad_cell_leaves_no_raw_data_behind(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS, "4,2024-05-02,7,4,twelve,0")
    refresh(tmp_path, params(fraud=mine()), "fraud")
    with pytest.raises(BadCell):
        ingest(tmp_path, params(fraud=mine()), "fraud")
    assert list((tmp_path / "data" / "fraud").iterdir()) == []


def test_a_feed_before_its_first_day_leaves_no_raw_data_behind(tmp_path: Path) -> None:
    refresh(tmp_path, params(fraud=FEED), "fraud", date(2017, 1, 1))
    with pytest.raises(SourceError, match="the data begins on 2018-04-01"):
        ingest(tmp_path, params(fraud=FEED), "fraud")
    assert list((tmp_path / "data" / "fraud").iterdir()) == []


def test_a_source_block_that_changed_asks_for_a_refresh(tmp_path: Path) -> None:
    refresh(tmp_path, params(fraud=FEED), "fraud")
    changed = FEED | {"settings": SMALL | {"days": 13}}
    with pytest.raises(SourceUnrecorded, match="fix: penstock refresh fraud"):
        ingest(tmp_path, params(fraud=changed), "fraud")


def test_payments_without_an_id_are_numbered(tmp_path: Path) -> None:
    components = [f"V{number}" for number in range(1, 29)]
    header = ",".join(f'"{name}"' for name in ["Time", *components, "Amount", "Class"])
    rows = [",".join(["0", *["0.5"] * 28, "149.62", '"0"']) for _ in range(3)]
    write_csv(tmp_path / "mine.csv", *rows, header=header)
    refresh(tmp_path, params(creditcard=mine()), "creditcard")
    ingest(tmp_path, params(creditcard=mine()), "creditcard")
    frame = load(tmp_path / "data" / "creditcard" / "raw").tables["transactions"]
    assert frame["row_id"].tolist() == [0, 1, 2]
    assert frame.shape == (3, 32)
