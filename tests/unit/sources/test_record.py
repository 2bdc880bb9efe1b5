"""data/sources/P.json and whether it agrees with params.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from penstock.sources.errors import SourceUnrecorded
from penstock.sources.record import make_record, read_record, record_path, write_record
from penstock.sources.settings import SourceSettings, parse_source


def settings(**block: Any) -> SourceSettings:
    return parse_source({"kind": "files", "path": "x.csv", **block}, "projects.p.source")


def test_a_record_is_written_once_and_left_alone_when_it_says_nothing_new(tmp_path: Path) -> None:
    record = make_record("p", settings(), {"sha256": "1"})
    assert write_record(tmp_path, "p", record)
    before = record_path(tmp_path, "p").stat()
    assert not write_record(tmp_path, "p", record)
    assert record_path(tmp_path, "p").stat().st_ino == before.st_ino
    assert read_record(tmp_path, "p", settings()) == record


def test_no_record_is_an_error_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(SourceUnrecorded, match="fix: penstock refresh p"):
        read_record(tmp_path, "p", settings())


@pytest.mark.parametrize("change", [{"path": "y.csv"}, {"delimiter": ";"}, {"mode": "live"}])
def test_a_record_of_another_source_is_an_error(tmp_path: Path, change: dict[str, str]) -> None:
    write_record(tmp_path, "p", make_record("p", settings(), {}))
    with pytest.raises(SourceUnrecorded, match=r"disagrees with projects\.p\.source"):
        read_record(tmp_path, "p", settings(**change))


@pytest.mark.parametrize("content", ["<<<<<<< HEAD", "[]"])
def test_a_damaged_record_is_an_error_that_ends_in_the_command(
    tmp_path: Path, content: str
) -> None:
    record_path(tmp_path, "p").parent.mkdir(parents=True)
    record_path(tmp_path, "p").write_text(content, encoding="utf-8")
    with pytest.raises(SourceUnrecorded, match="penstock refresh p"):
        read_record(tmp_path, "p", settings())
