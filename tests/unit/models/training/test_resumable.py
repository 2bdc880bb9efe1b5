import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from penstock.models.training.batches import Batches
from penstock.models.training.learner import BinaryLearner
from penstock.models.training.reproducible import reproducible
from penstock.models.training.resumable import fit_resumable

Record = Callable[[Mapping[str, float]], None]


class Killed(Exception):
    """Stands for a kill: nothing after it in the fit is run."""


class KilledWhenThrough(nn.Sequential):
    """Is killed when training is through, before its best weights are taken."""

    def load_state_dict(self, *arguments: Any, **more: Any) -> Any:
        raise Killed


def fit(
    folder: Path,
    record: Record = lambda row: None,
    *,
    fingerprint: str = "a" * 64,
    epochs: int = 6,
    patience: int = 3,
    body: type[nn.Sequential] = nn.Sequential,
    judged: bool = True,
) -> dict[str, torch.Tensor]:
    with reproducible(5):
        rows = torch.randn(300, 4)
        target = (rows[:, 0] + torch.randn(300) > 1).float()
        net = body(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 1), nn.Flatten(0))
        learner = BinaryLearner(net, 0.05, 1.0, seed=5)
        fit_resumable(
            learner,
            Batches(rows[:200], target[:200], 32, lambda: learner.shuffle(200)),
            Batches(rows[200:], target[200:], 64) if judged else None,
            epochs=epochs,
            patience=patience,
            folder=folder,
            fingerprint=fingerprint,
            record=record,
        )
        return net.state_dict()


def kill_at(epoch: int) -> Record:
    def record(row: Mapping[str, float]) -> None:
        if row["epoch"] == epoch:
            raise Killed

    return record


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize("epoch", [1, 4])
def test_a_killed_training_goes_on_to_the_same_bits_and_history(
    epoch: int, judged: bool, tmp_path: Path
) -> None:
    whole: list[Mapping[str, float]] = []
    epochs = 30 if judged else 6  # judged, it stops early
    expected = fit(tmp_path / "whole", whole.append, judged=judged, epochs=epochs)
    with pytest.raises(Killed):
        fit(tmp_path / "cut", kill_at(epoch), judged=judged, epochs=epochs)
    assert len(list((tmp_path / "cut").iterdir())) == 1

    rows: list[Mapping[str, float]] = []
    found = fit(tmp_path / "cut", rows.append, judged=judged, epochs=epochs)

    assert same(found, expected)
    assert rows == whole
    assert [row["epoch"] for row in rows] == list(range(len(rows)))


@pytest.mark.parametrize("patience", [1, 3])
def test_a_training_killed_when_it_was_through_is_not_trained_further(
    patience: int, tmp_path: Path
) -> None:
    whole: list[Mapping[str, float]] = []
    expected = fit(tmp_path / "whole", whole.append, epochs=30, patience=patience)
    assert len(whole) < 30
    with pytest.raises(Killed):
        fit(tmp_path / "cut", epochs=30, patience=patience, body=KilledWhenThrough)

    rows: list[Mapping[str, float]] = []
    found = fit(tmp_path / "cut", rows.append, epochs=30, patience=patience)

    assert same(found, expected)
    assert rows == whole


def test_the_weights_kept_are_those_of_the_lowest_validation_loss(tmp_path: Path) -> None:
    rows: list[Mapping[str, float]] = []
    kept = fit(tmp_path, rows.append, epochs=30, patience=2)

    losses = [row["validation_loss"] for row in rows]
    best = losses.index(min(losses))
    assert len(losses) == best + 3
    assert same(kept, fit(tmp_path, epochs=best + 1, patience=2))
    assert set(rows[0]) == {
        "epoch",
        "train_loss",
        "validation_loss",
        "validation_average_precision",
    }


def test_nothing_is_left_behind_by_a_training_that_is_through(tmp_path: Path) -> None:
    fit(tmp_path / "checkpoints")

    assert list(tmp_path.iterdir()) == []
    assert not Path("lightning_logs").exists()


def test_a_damaged_checkpoint_is_said_and_training_starts_from_scratch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    expected = fit(tmp_path / "whole")
    with pytest.raises(Killed):
        fit(tmp_path / "cut", kill_at(2))
    [checkpoint] = (tmp_path / "cut").iterdir()
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])

    with caplog.at_level(logging.INFO, "penstock"):
        found = fit(tmp_path / "cut")

    assert same(found, expected)
    assert "can't be resumed" in caplog.text
    assert "training from scratch" in caplog.text


def test_a_checkpoint_of_another_training_is_left_alone(tmp_path: Path) -> None:
    expected = fit(tmp_path / "whole")
    with pytest.raises(Killed):
        fit(tmp_path / "cut", kill_at(2), fingerprint="b" * 64)
    [other] = (tmp_path / "cut").iterdir()

    assert same(fit(tmp_path / "cut"), expected)
    assert [*(tmp_path / "cut").iterdir()] == [other]


def test_one_line_a_fit_is_logged_at_most(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        fit(tmp_path)

    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
