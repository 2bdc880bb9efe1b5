"""The from-scratch nets and their torch twins learn in step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.models.images.given import context, fitted, model, view

TWINS = [("numpy_mlp", "torch_mlp"), ("numpy_lenet", "torch_lenet")]
RATES = {"sgd": 0.05, "momentum": 0.01, "rmsprop": 5e-4, "adam": 2e-3, "adamw": 2e-3}


@pytest.mark.curriculum(
    "N11", of="src/penstock/models/images/numpy_mlp.py", figure="digits/numpy-mlp/test/accuracy"
)
@pytest.mark.curriculum(
    "N31",
    of=("src/penstock/models/images/torch_mlp.py", "src/penstock/models/images/torch_lenet.py"),
    figure="digits/torch-mlp/test/accuracy",
)
@pytest.mark.parametrize(("ours", "theirs"), TWINS)
def test_from_the_same_weights_on_the_same_pictures_their_curves_and_scores_coincide(
    ours: str, theirs: str, tmp_path: Path
) -> None:
    curves = []
    shares = []
    for name in (ours, theirs):
        rows: list[dict[str, float]] = []
        record = lambda row, rows=rows: rows.append(dict(row))  # noqa: E731
        one = model(name, shift=1).fit(view(), context(tmp_path / name, record))
        curves.append(rows)
        shares.append(one.predict_proba(view(1400, 200, target=False)))
    assert len(curves[0]) == 2
    for mine, its in zip(*curves, strict=True):
        assert mine == pytest.approx(its, abs=2e-3)
    np.testing.assert_allclose(*shares, atol=5e-3)


@pytest.mark.curriculum(
    "N19",
    of=(
        "src/penstock/models/images/parts/numpy_lesson.py",
        "src/penstock/models/images/parts/torch_lesson.py",
    ),
)
@pytest.mark.curriculum(
    "N20",
    of=(
        "src/penstock/models/images/parts/numpy_lesson.py",
        "src/penstock/models/images/parts/torch_lesson.py",
    ),
)
@pytest.mark.parametrize("optimizer", RATES)
@pytest.mark.parametrize("penalty", ["weight_decay", "l1"])
def test_every_rule_with_every_penalty_makes_the_steps_that_torch_makes(
    optimizer: str, penalty: str, tmp_path: Path
) -> None:
    asked = {
        "optimizer": optimizer,
        "learning_rate": RATES[optimizer],
        penalty: 1e-3,
        "epochs": 1,
        "hidden": [16],
        "schedule": "constant",
    }
    ours = fitted("numpy_mlp", tmp_path / "ours", **asked).lesson.weights()
    theirs = fitted("torch_mlp", tmp_path / "theirs", **asked).lesson.weights()
    start = model("numpy_mlp", **asked).begin(10, 3).weights()
    for name, weights in ours.items():
        moved = np.abs(weights - start[name]).max()
        assert moved > 1e-3
        np.testing.assert_allclose(weights, theirs[name], atol=0.02 * moved)


@pytest.mark.curriculum(
    "N20",
    of=(
        "src/penstock/models/images/parts/numpy_lesson.py",
        "src/penstock/models/images/parts/torch_lesson.py",
    ),
)
@pytest.mark.parametrize("name", ["numpy_mlp", "cnn"])
def test_an_l1_penalty_draws_weights_to_nothing(name: str, tmp_path: Path) -> None:
    sizes = []
    for strength in (0.0, 0.01):
        one = fitted(name, tmp_path, l1=strength, epochs=4)
        weights = [w for w in one.lesson.weights().values() if w.ndim > 1]
        sizes.append(np.mean([np.abs(w).mean() for w in weights]))
    assert sizes[1] < 0.7 * sizes[0]


@pytest.mark.curriculum(
    "N26",
    of=(
        "src/penstock/models/images/parts/settings.py",
        "src/penstock/models/images/parts/augmenting.py",
    ),
)
def test_dropout_penalties_and_augmentation_narrow_the_gap_to_unseen_images(
    tmp_path: Path,
) -> None:
    few, asked = view(0, 100), {"epochs": 100, "hidden": [128], "learning_rate": 3e-3}

    def gap(**settings: float) -> float:
        one = model("numpy_mlp", **asked, **settings).fit(few, context(tmp_path))
        told, unseen = one.predict_proba(few), one.predict_proba(view(1000, 500))
        losses = [
            -np.log(shares[np.arange(len(of.target)), of.target]).mean()
            for shares, of in ((told, few), (unseen, view(1000, 500)))
        ]
        return float(losses[1] - losses[0])

    bare = gap()
    assert gap(dropout=0.5) < bare
    assert gap(weight_decay=0.01) < bare
    assert gap(l1=1e-4) < bare
    assert gap(shift=1) < bare
