"""Sixty kills at random instants: workers, runs, flows and servers."""

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

WORKERS, RUNS, FLOWS, SERVERS = 20, 15, 15, 10


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return reference(tmp_path_factory.mktemp("kills") / "reference")


def test_no_killed_worker_loses_anything(tmp_path: Path, wanted: dict[str, object]) -> None:
    for seed in range(WORKERS):
        root = fresh(tmp_path / "toy")
        kill_a_worker(root, random.Random(seed))
        assert_nothing_is_lost(root, wanted)


def test_no_killed_run_loses_anything(tmp_path: Path, wanted: dict[str, object]) -> None:
    for seed in range(RUNS):
        root = fresh(tmp_path / "toy")
        kill_a_run(root, random.Random(seed))
        assert_nothing_is_lost(root, wanted)


def test_no_killed_flow_loses_anything(tmp_path: Path, wanted: dict[str, object]) -> None:
    with prefect_server(tmp_path / "prefect") as env:
        for seed in range(FLOWS):
            root = fresh(tmp_path / "toy")
            kill_a_flow(root, random.Random(seed), env)
            assert_nothing_is_lost(root, wanted)


def test_no_killed_server_loses_anything(tmp_path: Path, wanted: dict[str, object]) -> None:
    for seed in range(SERVERS):
        with prefect_server(tmp_path / "prefect") as env:
            root = fresh(tmp_path / "toy")
            kill_a_server(root, random.Random(seed), env)
            assert_nothing_is_lost(root, wanted)
