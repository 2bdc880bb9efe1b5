"""Short forms of what tests/soak/test_serving.py tries for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving_process import SCORE, event, running
from tests.serving_trials import (
    MEGABYTE,
    obeys_its_own_description,
    sheds_and_recovers,
    stays_flat,
    swaps_under_load,
)


@pytest.mark.curriculum("O09", of="src/penstock/serving/openapi.py")
def test_the_server_does_what_its_description_says(tmp_path: Path) -> None:
    obeys_its_own_description(tmp_path, cases=12)


def test_champions_come_and_go_under_load_and_no_request_is_lost(tmp_path: Path) -> None:
    swaps_under_load(tmp_path, swaps=3)


def test_twice_the_load_is_shed_and_what_follows_is_answered(tmp_path: Path) -> None:
    sheds_and_recovers(tmp_path, seconds=2.0)


def test_memory_stays_flat_at_half_load(tmp_path: Path) -> None:
    stays_flat(tmp_path, seconds=5.0, allowed=16 * MEGABYTE)


def test_a_shadow_scores_along_and_is_never_returned(tmp_path: Path) -> None:
    with running(tmp_path, challenger="b") as server:
        client = server.client()
        answers = [client.post(SCORE, event(n)).json for n in range(20)]
        assert {one["arm"] for one in answers} == {"champion"}
        assert client.get("/v1/admin/arms").json["river"]["challenger"] == "b" * 12
        told = client.get("/metrics").body.decode()
        shadowed = 'arm="shadow",model="bbbbbbbbbbbb",project="river",scorer="onnx"} 20.0'
        assert f"penstock_predictions_total{{{shadowed}" in told
