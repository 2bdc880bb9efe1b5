"""Predictions and labels in a real PostgreSQL."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from penstock.core.settings import parse
from penstock.serving.log.errors import LogUnreachable
from penstock.serving.log.labels import Label, open_labels
from penstock.serving.log.opening import open_log, open_reader
from penstock.serving.log.postgres import Postgres
from penstock.serving.log.rows import to_table
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.shelf import spool_folder
from penstock.serving.log.spool import spools
from tests.champions import PROJECT
from tests.postgres import postgres_server
from tests.predictions import (
    DAY,
    NOON,
    log_folder,
    make_list,
    make_prediction,
    make_predictions,
)
from tests.servers import free_port

DATABASES = [f"log{number}" for number in range(5)]
unused = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("postgres"), *DATABASES) as address:
        yield address


@pytest.fixture
def url(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """That of an empty database, which PENSTOCK_LOG names."""
    url = f"postgresql://{server}/{DATABASES[next(unused)]}"
    monkeypatch.setenv("PENSTOCK_LOG", url)
    return url


def wait_until_home(root: Path) -> None:
    end = time.monotonic() + 90
    while spools(spool_folder(root)):
        assert time.monotonic() < end, "they are not in the database"
        time.sleep(0.02)


def test_predictions_go_to_the_database_and_come_back_to_the_last_bit(
    url: str, tmp_path: Path
) -> None:
    log = open_log(tmp_path, parse(LogSettings, {"flush_seconds": 0.01}, ""))
    odd = np.array([0x7FA00001, 0x80000000, 1], "<u4").tobytes()  # a signalling NaN, −0, tiny
    all_of_them = [
        make_prediction(0, vector=odd, score=0.1 + 0.2),
        make_prediction(1, event='{"näme":"\t\\\\"}'.encode(), entity="a\tb\\N\nc"),
        make_prediction(2, at=NOON + DAY, arm="shadow"),
        make_list(3),
    ]
    for one in all_of_them:
        log.append(one)
    log.close()
    wait_until_home(tmp_path)
    assert not log_folder(tmp_path).exists()
    reader = open_reader(tmp_path)
    assert [reader.need(one.id) for one in all_of_them] == all_of_them
    days = [date(2026, 11, 20), date(2026, 11, 21)]
    rows = [sum(t.num_rows for t in reader.tables(PROJECT, day, day)) for day in days]
    assert rows == [3, 1]
    assert sum(t.num_rows for t in reader.tables("other")) == 0


def test_the_same_spool_again_is_once_and_a_nul_is_shown(url: str) -> None:
    shelf = Postgres(url)
    rows = [*make_predictions(3), make_prediction(3, entity="nul \0", event=b'"\xff"')]
    for _ in range(2):
        shelf.put("spool", iter([to_table(rows)]))
    found = list(shelf.tables(PROJECT, None, None, ["entity", "event"]))
    assert sum(table.num_rows for table in found) == 4
    assert found[0].to_pylist()[3] == {"entity": "nul \\0", "event": b'"\\xff"'}


def test_a_table_of_before_there_were_lists_takes_them_while_others_read_it(url: str) -> None:
    import psycopg

    [before], listed = make_predictions(1), make_list(1)
    Postgres(url).put("spool", iter([to_table([before])]))
    with psycopg.connect(url) as connection:
        connection.execute("alter table penstock_predictions drop column listed")
    shelf = Postgres(url)
    assert shelf.find(before.id) == before
    with psycopg.connect(url) as other:  # its lock stays until the end of the block
        other.execute("select count(*) from penstock_predictions").fetchall()
        Postgres(url).put("another", iter([to_table([listed])]))
    assert shelf.find(listed.id) == listed


def test_labels_lie_beside_the_predictions(url: str, tmp_path: Path) -> None:
    labels = open_labels(tmp_path)
    posted = [Label("1", 1.0, NOON), Label("2", 0.0, NOON), Label("1", 0.0, NOON + 1)]
    assert labels.write(PROJECT, posted[:2]) == 2
    assert labels.write(PROJECT, posted[2:]) == 1
    assert list(labels.read(PROJECT)) == posted
    assert not (tmp_path / ".penstock").exists()


def test_a_database_that_is_down_costs_nothing_that_was_taken(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_LOG", f"postgresql://me:secret@127.0.0.1:{free_port()}/log")
    log = open_log(tmp_path, parse(LogSettings, {"flush_seconds": 0.01, "pack_seconds": 0.01}, ""))
    for one in make_predictions(5):
        log.append(one)
    end = time.monotonic() + 90
    while log.state().problem is None and time.monotonic() < end:
        time.sleep(0.01)
    problem = str(log.state().problem)
    assert "127.0.0.1" in problem and "secret" not in problem
    with pytest.raises(LogUnreachable, match=r"\n  fix: mend what it says"):
        log.find(make_prediction(9).id)
    log.close()
    assert len(spools(spool_folder(tmp_path))) >= 1
    monkeypatch.setenv("PENSTOCK_LOG", url)
    open_log(tmp_path, parse(LogSettings, {}, "")).close()
    wait_until_home(tmp_path)
    assert sum(table.num_rows for table in open_reader(tmp_path).tables(PROJECT)) == 5
