from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.models.images.parts.loop import Diverged
from tests.unit.models.images.given import context, model, view


class Killed(Exception):
    pass


def weights(one: Any) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = one.lesson.weights()
    return found


@pytest.mark.parametrize("name", ["numpy_mlp", "torch_mlp", "cnn"])
def test_a_killed_training_goes_on_and_ends_with_the_same_bits_and_history(
    name: str, tmp_path: Path
) -> None:
    whole: list[Mapping[str, float]] = []
    asked = {"epochs": 4, "dropout": 0.2, "shift": 1, "optimizer": "adamw"}
    straight = model(name, **asked).fit(view(), context(tmp_path / "a", whole.append))

    seen: list[Mapping[str, float]] = []

    def killing(row: Mapping[str, float]) -> None:
        seen.append(row)
        if row["epoch"] == 2:
            raise Killed

    with pytest.raises(Killed):
        model(name, **asked).fit(view(), context(tmp_path / "b", killing))
    (checkpoint,) = (tmp_path / "b" / "checkpoints").iterdir()
    seen.clear()
    resumed = model(name, **asked).fit(view(), context(tmp_path / "b", seen.append))

    assert seen == whole and [row["epoch"] for row in seen] == [0, 1, 2, 3]
    for key, array in weights(straight).items():
        assert (array == weights(resumed)[key]).all()
    assert not checkpoint.exists() and not checkpoint.parent.exists()


def test_a_checkpoint_that_is_damaged_or_of_another_training_is_put_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def killing(row: Mapping[str, float]) -> None:
        if row["epoch"] == 1:
            raise Killed

    given, straight = context(tmp_path), model("numpy_mlp").fit(view(), context(tmp_path / "a"))
    with pytest.raises(Killed):
        model("numpy_mlp").fit(view(), context(tmp_path, killing))
    (checkpoint,) = given.checkpoint_dir.iterdir()
    data = bytearray(checkpoint.read_bytes())
    data[-5] ^= 1
    checkpoint.write_bytes(bytes(data))
    with caplog.at_level(logging.INFO):
        again = model("numpy_mlp").fit(view(), given)
    assert "can't be resumed" in caplog.text
    for key, array in weights(straight).items():
        assert (array == weights(again)[key]).all()


def test_with_patience_it_stops_and_keeps_the_weights_of_the_best_epoch(tmp_path: Path) -> None:
    rows: list[Mapping[str, float]] = []
    asked = {"epochs": 60, "patience": 3, "learning_rate": 0.03, "schedule": "constant"}
    tail = view(400, 200)
    one = model("numpy_mlp", **asked)
    assert one.early_stopping and not model("numpy_mlp").early_stopping
    one.fit(view(0, 150), context(tmp_path, rows.append, tail=tail))
    losses = [row["validation_loss"] for row in rows]
    assert len(rows) < 60 and len(rows) == int(np.argmin(losses)) + 4
    shares = one.predict_proba(tail)
    assert tail.target is not None
    found = -np.log(shares[np.arange(200), tail.target]).mean()
    assert found == pytest.approx(min(losses), rel=1e-5)
    right = float((shares.argmax(axis=1) == tail.target).mean())
    assert right == pytest.approx(rows[int(np.argmin(losses))]["validation_accuracy"])


@pytest.mark.parametrize("name", ["numpy_mlp", "torch_mlp"])
def test_steps_that_are_too_long_are_named(name: str, tmp_path: Path) -> None:
    asked = {"optimizer": "sgd", "learning_rate": 1e30, "schedule": "constant"}
    with np.errstate(all="ignore"), pytest.raises(Diverged, match=r"1e\+30 .*\n  fix: lower learn"):
        model(name, **asked).fit(view(), context(tmp_path))


def test_another_seed_is_another_net(tmp_path: Path) -> None:
    one, other = (
        model("numpy_mlp", epochs=1).fit(view(), context(tmp_path, seed=seed)) for seed in (1, 2)
    )
    assert any((a != weights(other)[key]).any() for key, a in weights(one).items())


def test_the_rate_rises_for_a_tenth_of_the_steps_then_falls_to_nothing() -> None:
    from penstock.models.images.parts.loop import schedule_of

    asked = model("numpy_mlp", learning_rate=1.0).settings
    rates = [schedule_of(asked, 100)(step) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1 * step for step in range(1, 11)])
    assert rates[10] == 1.0 and rates[-1] < 0.001 and rates[10:] == sorted(rates[10:], reverse=True)
    assert schedule_of(asked.model_copy(update={"schedule": "constant"}), 100)(99) == 1.0
