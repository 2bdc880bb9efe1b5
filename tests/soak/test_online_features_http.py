"""100,000 transactions through HTTP; some four minutes."""

from __future__ import annotations

from pathlib import Path

from penstock.projects.fraud.simulator import SimulatorSettings
from tests.online_http import replay

CITY = SimulatorSettings(customers=500, terminals=800, days=183, radius=10.0)


def test_a_hundred_thousand_transactions_through_http_are_scored_as_by_the_batch(
    tmp_path: Path,
) -> None:
    replay(tmp_path, CITY, warm=60_000, posts=100_000)
