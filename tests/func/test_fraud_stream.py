"""The inputs of the fraud project event by event, against the batch over the same rows."""

from __future__ import annotations

import pytest

from penstock.projects.fraud.simulator import SimulatorSettings
from tests.fraud_stream import differing

TOWN = SimulatorSettings(customers=150, terminals=150, days=183, radius=15.0)


@pytest.mark.curriculum(
    "O07", of=("src/penstock/features/stream.py", "src/penstock/features/featureset.py")
)
def test_fifty_thousand_events_give_what_a_batch_gives_to_the_bit() -> None:
    rows, wrong = differing(TOWN)
    assert rows > 50_000
    assert wrong == {}
