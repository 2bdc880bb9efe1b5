"""A run that is killed at any instant loses nothing; 60 of these are in tests/soak."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kills import assert_nothing_is_lost, fresh, kill_a_run, kill_a_worker, reference


@pytest.mark.parametrize("kill", [kill_a_worker, kill_a_run])
def test_what_had_ended_before_the_kill_is_kept_and_the_rest_runs_to_the_same_hashes(
    tmp_path: Path, kill: Callable[[Path, random.Random], None]
) -> None:
    wanted = reference(tmp_path / "reference")
    root = fresh(tmp_path / "toy")
    kill(root, random.Random())
    assert_nothing_is_lost(root, wanted)
