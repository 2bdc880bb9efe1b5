"""A run that is killed at any instant loses nothing; sixty of these are in tests/soak."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.func.flow_runs import prefect_server
from tests.kills import (
    assert_nothing_is_lost,
    fresh,
    kill_a_flow,
    kill_a_run,
    kill_a_server,
    kill_a_worker,
    reference,
)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return reference(tmp_path_factory.mktemp("kills") / "reference")


@pytest.mark.parametrize("kill", [kill_a_worker, kill_a_run])
def test_what_had_ended_is_kept_and_the_rest_runs_to_the_same_hashes(
    tmp_path: Path, wanted: dict[str, object], kill: object
) -> None:
    assert callable(kill)
    root = fresh(tmp_path / "toy")
    kill(root, random.Random())
    assert_nothing_is_lost(root, wanted)


def test_so_it_is_when_a_flow_is_killed_or_its_server(
    tmp_path: Path, wanted: dict[str, object]
) -> None:
    with prefect_server(tmp_path / "prefect") as env:
        for kill in (kill_a_flow, kill_a_server):
            root = fresh(tmp_path / kill.__name__)
            kill(root, random.Random(), env)
            assert_nothing_is_lost(root, wanted)
