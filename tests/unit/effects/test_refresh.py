"""Recording which version of a source the graph reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from penstock.core.errors import UnknownName
from penstock.core.files import read_json
from penstock.effects.refresh import refresh
from penstock.sources.errors import SourceChanged
from tests.unit.sources.given import ROWS, params, write_csv

FEED = {"kind": "generator", "settings": {"customers": 40, "terminals": 100, "days": 12}}


def mine(mode: str, **more: Any) -> dict[str, Any]:
    return {"kind": "files", "mode": mode, "path": "mine.csv", **more}


def test_twice_is_as_good_as_once(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    first = refresh(tmp_path, params(fraud=mine("live")), "fraud")
    stamp = first.path.stat().st_mtime_ns
    second = refresh(tmp_path, params(fraud=mine("live")), "fraud")
    assert first.changed and "next: penstock run" in str(first)
    assert not second.changed and str(second).startswith("fraud: unchanged (sha256 ")
    assert first.path.stat().st_mtime_ns == stamp
    assert read_json(first.path) == first.record == second.record


def test_a_live_source_that_changed_is_recorded_and_said(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    before = refresh(tmp_path, params(fraud=mine("live")), "fraud").record["sha256"]
    write_csv(tmp_path / "mine.csv", *ROWS, "4,2024-05-03,1,1,1,0")
    receipt = refresh(tmp_path, params(fraud=mine("live")), "fraud")
    assert f"recorded sha256 {receipt.record['sha256']}, was sha256 {before}" in str(receipt)


def test_a_pinned_source_that_changed_is_refused_and_the_record_stays(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    receipt = refresh(tmp_path, params(fraud=mine("pinned")), "fraud")
    write_csv(tmp_path / "mine.csv", *ROWS[:1])
    with pytest.raises(SourceChanged, match=r"fix: put the recorded data back; or, .*mode: live"):
        refresh(tmp_path, params(fraud=mine("pinned")), "fraud")
    assert read_json(receipt.path) == receipt.record


def test_the_way_out_of_a_pin_that_the_error_names_works(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    refresh(tmp_path, params(fraud=mine("pinned")), "fraud")
    write_csv(tmp_path / "mine.csv", *ROWS[:1])
    assert refresh(tmp_path, params(fraud=mine("live")), "fraud").changed
    assert refresh(tmp_path, params(fraud=mine("pinned")), "fraud").record["mode"] == "pinned"


def test_a_pin_yields_when_its_block_says_something_else(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    refresh(tmp_path, params(fraud=mine("pinned")), "fraud")
    write_csv(tmp_path / "other.csv", *ROWS[:1])
    assert refresh(tmp_path, params(fraud=mine("pinned", path="other.csv")), "fraud").changed


def test_other_settings_of_the_same_data_are_told_from_other_data(tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv", *ROWS)
    refresh(tmp_path, params(fraud=mine("live")), "fraud")
    receipt = refresh(tmp_path, params(fraud=mine("live", columns={"amount": "Betrag"})), "fraud")
    assert receipt.changed
    assert f"recorded sha256 {receipt.record['sha256']} (same data, other settings)" in str(receipt)
    assert ", was" not in str(receipt)


def test_a_simulated_feed_is_lived_through_day_by_day(tmp_path: Path) -> None:
    feed = params(fraud=FEED)
    days = [date(2018, 4, 9), date(2018, 4, 9), date(2018, 4, 10), None]
    receipts = [refresh(tmp_path, feed, "fraud", as_of) for as_of in days]
    assert [receipt.changed for receipt in receipts] == [True, False, True, True]
    assert "as of 2018-04-10" in str(receipts[2])


def test_a_misspelt_project_gets_did_you_mean(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'fraud'"):
        refresh(tmp_path, params(fraud=FEED), "frauds")
