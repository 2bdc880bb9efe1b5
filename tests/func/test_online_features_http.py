"""Transactions replayed through the server: scores and features are those of the batch."""

from __future__ import annotations

from pathlib import Path

from penstock.projects.fraud.simulator import SimulatorSettings
from tests.online_http import replay

TOWN = SimulatorSettings(customers=60, terminals=60, days=100, radius=25.0)


def test_fifteen_hundred_transactions_through_http_are_scored_as_by_the_batch(
    tmp_path: Path,
) -> None:
    replay(tmp_path, TOWN, warm=6_000, posts=1_500)
