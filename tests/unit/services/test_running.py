"""One `penstock up` a workspace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from penstock.services.running import AlreadyUp, alone, announce, read_running

URLS = ("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3")


def test_others_read_where_the_servers_are_while_they_run(tmp_path: Path) -> None:
    assert read_running(tmp_path) is None
    with alone(tmp_path):
        assert read_running(tmp_path) is None  # they are still starting
        announce(tmp_path, *URLS)
        found = read_running(tmp_path)
        assert found is not None
        assert (found.pid, found.prefect, found.mlflow, found.reports) == (os.getpid(), *URLS)
    assert read_running(tmp_path) is None


def test_a_second_one_is_refused_with_the_addresses_of_the_first(tmp_path: Path) -> None:
    with alone(tmp_path):
        with pytest.raises(AlreadyUp, match="already and is starting"), alone(tmp_path):
            pass
        announce(tmp_path, *URLS)
        with pytest.raises(AlreadyUp, match=rf"Prefect {URLS[0]}.*\n.*kill {os.getpid()}"):
            alone(tmp_path).__enter__()
    with alone(tmp_path):
        pass


def test_addresses_that_a_killed_one_has_left_are_nobodys(tmp_path: Path) -> None:
    with alone(tmp_path):
        announce(tmp_path, *URLS)
        left = (tmp_path / ".penstock" / "up" / "up.json").read_bytes()
    (tmp_path / ".penstock" / "up" / "up.json").write_bytes(left)
    assert read_running(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_broken_note_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    with alone(tmp_path):
        (tmp_path / ".penstock" / "up" / "up.json").write_text(text)
        assert read_running(tmp_path) is None
