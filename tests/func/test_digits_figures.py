"""What the last build of `digits` says it reached on the 10,000 images, over three seeds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workspace import ROOT

SUMMARY = ROOT / "reports" / "digits" / "summary.json"


@pytest.fixture(scope="module")
def summary() -> Any:
    if not SUMMARY.is_file():
        pytest.skip("this checkout has no figures of digits: dvc repro evaluate@digits")
    return json.loads(SUMMARY.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("candidate", "least"),
    [
        ("numpy-mlp", 0.978),
        ("torch-mlp", 0.978),
        ("numpy-lenet", 0.988),
        ("torch-lenet", 0.988),
        pytest.param(
            "cnn",
            0.992,
            marks=pytest.mark.curriculum(
                "V08", of="src/penstock/models/images/cnn.py", figure="digits/cnn/test/accuracy"
            ),
        ),
    ],
)
def test_a_candidate_is_right_as_often_as_it_should(
    summary: Any, candidate: str, least: float
) -> None:
    assert summary[candidate]["test"]["accuracy"] >= least


def test_the_best_is_right_about_995_in_a_thousand(summary: Any) -> None:
    best = max(splits["test"]["accuracy"] for splits in summary.values() if "test" in splits)
    assert best >= 0.995


def test_a_network_of_numpy_is_as_good_as_its_twin(summary: Any) -> None:
    for net in ("mlp", "lenet"):
        ours, twin = (summary[f"{kind}-{net}"]["test"]["accuracy"] for kind in ("numpy", "torch"))
        assert ours == pytest.approx(twin, abs=0.003)
