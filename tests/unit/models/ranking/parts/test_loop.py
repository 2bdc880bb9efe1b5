"""Training a net of the ranking task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from penstock.core.contracts import Array, FitContext
from penstock.core.settings import Settings, parse
from penstock.models.ranking.parts.loop import Pace, device_of, fingerprint, teach
from penstock.models.ranking.parts.next_item import NextItemSettings
from penstock.models.training.reproducible import reproducible
from tests.unit.models.ranking.given import context

PACE = Pace(epochs=6, learning_rate=0.05)
MARK = "a" * 64


class Killed(Exception):
    """What stands for a process that ends there."""


class Line:
    """A slope and a height from points of y = 3 x - 1; it dies in epoch `dies`."""

    def __init__(self, dies: int | None = None) -> None:
        torch.manual_seed(4)
        self.net = nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.2))
        self.passes, self.dies = 0, dies

    def batches(self, random: np.random.Generator) -> list[torch.Tensor]:
        if self.passes == self.dies:
            raise Killed
        self.passes += 1
        return list(torch.from_numpy(random.normal(size=(20, 8, 1)).astype(np.float32)))

    def loss(self, batch: torch.Tensor) -> torch.Tensor:
        error: torch.Tensor = self.net(batch) - (3 * batch - 1)
        return error.square().mean()


def taught(
    folder: Path, lesson: Line | None = None, mark: str = MARK, pace: Pace = PACE
) -> tuple[dict[str, Array], list[Mapping[str, float]]]:
    noted: list[Mapping[str, float]] = []
    with reproducible(4):
        return teach(lesson or Line(), pace, context(folder, noted.append), mark), noted


def same(one: dict[str, Array], other: dict[str, Array]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def test_a_line_is_learnt_and_each_epoch_noted(tmp_path: Path) -> None:
    weights, noted = taught(tmp_path, pace=Pace(40, 0.05))
    assert weights["0.weight"].item() > 2 and weights["0.bias"].item() < -0.5
    assert [row["epoch"] for row in noted] == list(range(40))
    assert noted[-1]["train_loss"] < noted[0]["train_loss"] / 2


@pytest.mark.parametrize("dies", [1, 3, 5])
def test_a_training_that_was_killed_goes_on_and_ends_with_the_same_bits(
    dies: int, tmp_path: Path
) -> None:
    whole, noted = taught(tmp_path / "whole")
    with pytest.raises(Killed):
        taught(tmp_path / "killed", Line(dies))
    assert len(list((tmp_path / "killed" / "checkpoints").iterdir())) == 1
    rest = Line()
    weights, again = taught(tmp_path / "killed", rest)
    assert rest.passes == PACE.epochs - dies
    assert same(weights, whole) and again == noted
    assert not (tmp_path / "killed" / "checkpoints").exists()


@pytest.mark.parametrize("harm", ["cut", "other"])
def test_a_checkpoint_that_is_damaged_or_anothers_is_not_gone_on_with(
    harm: str, tmp_path: Path
) -> None:
    whole, _ = taught(tmp_path / "whole")
    with pytest.raises(Killed):
        taught(tmp_path, Line(3), MARK if harm == "cut" else MARK[:16] + "b" * 48)
    (file,) = (tmp_path / "checkpoints").iterdir()
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:-50])
    lesson = Line()
    assert same(taught(tmp_path, lesson)[0], whole) and lesson.passes == PACE.epochs


def test_a_pass_without_a_batch_is_no_reason_to_fail(tmp_path: Path) -> None:
    class Nothing(Line):
        def batches(self, random: np.random.Generator) -> list[torch.Tensor]:
            return []

    lesson = Nothing()
    before = {name: value.clone() for name, value in lesson.net.named_parameters()}
    weights, noted = taught(tmp_path, lesson)
    assert all(np.array_equal(weights[name], value.detach()) for name, value in before.items())
    assert [row["train_loss"] for row in noted] == [0.0] * PACE.epochs


def test_a_fingerprint_tells_settings_seeds_and_rows_apart(tmp_path: Path) -> None:
    rows, given = np.arange(4), context(tmp_path)
    asked = parse(NextItemSettings, {}, "one")
    others: list[tuple[Settings, FitContext, Any]] = [
        (parse(NextItemSettings, {"epochs": 3}, "other"), given, rows),
        (asked, replace(given, seed=12), rows),
        (asked, given, rows[::-1].copy()),
        (asked, given, rows.reshape(2, 2)),
    ]
    marks = {fingerprint(*one) for one in others}
    assert len(marks | {fingerprint(asked, given, rows)}) == 5
    assert fingerprint(asked, given, rows) == fingerprint(asked, given, rows.copy())


def test_the_processor_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    assert device_of(context(tmp_path)).type == "cpu"
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert device_of(replace(context(tmp_path), device="auto")).type == expected
