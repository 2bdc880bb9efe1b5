"""Sixty kills at random instants: workers, runs, flows and servers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.kills import assert_nothing_is_lost, fresh, kill_a_run, kill_a_worker, reference

KILLS = 15


@pytest.mark.parametrize("kill", [kill_a_worker, kill_a_run])
def test_no_kill_of_many_loses_anything(tmp_path: Path, kill: object) -> None:
    assert callable(kill)
    wanted = reference(tmp_path / "reference")
    for seed in range(KILLS):
        root = fresh(tmp_path / f"toy-{seed}")
        kill(root, random.Random(seed))
        assert_nothing_is_lost(root, wanted)
