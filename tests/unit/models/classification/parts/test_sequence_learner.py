"""How fast nets over windows learn."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from penstock.models.classification.parts.sequence_learner import (
    LEAST,
    SequenceLearner,
    share_of_rate,
)
from penstock.models.training.batches import Batches
from penstock.models.training.reproducible import reproducible
from penstock.models.training.resumable import fit_resumable


def test_the_rate_rises_then_falls() -> None:
    shares = [share_of_rate(step / 200) for step in range(200)]
    top = shares.index(max(shares))
    assert 15 <= top <= 25
    assert shares[:top] == sorted(shares[:top])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    assert 0 < shares[0] < 0.05 and max(shares) > 0.95
    assert share_of_rate(1.0) == pytest.approx(LEAST)


def test_each_step_is_taken_at_its_share_of_the_rate(tmp_path: Path) -> None:
    used: list[float] = []

    class Watched(SequenceLearner):
        def optimizer_step(self, *arguments: object, **more: object) -> None:
            used.append(self.trainer.optimizers[0].param_groups[0]["lr"])
            super().optimizer_step(*arguments, **more)  # type: ignore[arg-type]

    with reproducible(5):
        body = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))
        learner = Watched(body, 0.1, 5, steps=6)
        batches = Batches(torch.randn(30, 3), torch.ones(30), 10)
        fit_resumable(
            learner,
            batches,
            None,
            epochs=2,
            patience=2,
            folder=tmp_path,
            fingerprint="a" * 64,
            record=lambda row: None,
        )
    assert used == pytest.approx([0.1 * share_of_rate(step / 6) for step in range(6)])
