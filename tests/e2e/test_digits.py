"""A project of images from its files to its page, through the very same graph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import load
from tests.browser import asked, browser, faults
from tests.digits import PROJECT, blocks
from tests.docs import commands
from tests.workspace import checkout, commit, edit_params, run

NET: dict[str, Any] = {
    "model": "numpy_mlp",
    "params": {"hidden": [32], "epochs": 8, "batch_size": 16, "shift": 1},
}
CANDIDATES: dict[str, dict[str, Any]] = {
    "mlp-scratch": NET,
    "mlp-scratch-sgd": {**NET, "params": {**NET["params"], "optimizer": "sgd"}},
}
DRAWN = """
const drawn = [...frame.contentDocument.querySelectorAll('img')];
document.body.dataset.drawn = drawn.length + ' ' + drawn.every(one => one.naturalWidth > 0);
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with this project alone, built; nobody may change it."""
    root = checkout(tmp_path_factory.mktemp("digits") / "checkout")
    parts = blocks(root, CANDIDATES)
    parts["projects"][PROJECT]["ensembles"] = {
        "blend": {"members": ["mlp-scratch", "mlp-scratch-sgd"]}
    }
    edit_params(root, **parts, sweeps={}, promotion={})
    run(root, "python", "-m", "penstock.cli", "refresh", PROJECT)
    commit(root, "digits")
    run(root, "dvc", "repro")
    commit(root, "built")
    return root


def page(root: Path) -> str:
    return (root / "reports" / PROJECT / "index.html").read_text()


def metrics(root: Path) -> Any:
    return json.loads((root / "reports" / PROJECT / "metrics.json").read_text())


def predictions(root: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    rows = pd.read_parquet(root / "reports" / PROJECT / "predictions.parquet")
    for (candidate, split), group in rows.groupby(["candidate", "split"], observed=True):
        if split == "test":
            yield str(candidate), group


@pytest.mark.curriculum("N30", of="src/penstock/tasks/images/scores.py")
def test_every_candidate_tells_digits_apart(built: Path) -> None:
    found = {name: splits["test"]["accuracy"]["mean"] for name, splits in metrics(built).items()}
    assert set(found) == {*CANDIDATES, "blend"}
    assert min(found[name] for name in ("mlp-scratch", "blend")) > 0.8


def test_figures_are_those_of_the_predictions_and_two_seeds_are_two_fits(built: Path) -> None:
    data = load(built / "data" / PROJECT / "features")
    truth = dict(zip(data.tensors["number"], data.tensors["label"], strict=True))
    told = metrics(built)
    for name, rows in predictions(built):
        assert rows["label"].tolist() == [truth[number] for number in rows["row_id"]]
        chances = rows[[f"p{n}" for n in range(10)]].to_numpy()
        right = pd.Series(chances.argmax(axis=1) == rows["label"].to_numpy())
        by_seed = right.groupby(rows["fold"].to_numpy()).mean()
        found = told[name]["test"]["accuracy"]
        assert found["n"] == len(by_seed) == 2
        assert found["mean"] == pytest.approx(by_seed.mean())
        assert found["std"] == pytest.approx(np.std(by_seed, ddof=1))


def test_the_page_shows_mistakes_filters_augmentation_and_learning(built: Path) -> None:
    html = page(built)
    headings = re.findall(r"<h2[^>]*>([^<]+)<", html)
    assert {"Seeds", "Learning", "Learnt, or learnt by heart"} <= set(headings)
    for start in (
        "Confusions of", "Worst mistakes of", "Filters of", "Augmentation, as mlp-scratch",
    ):  # fmt: skip
        assert any(one.startswith(start) for one in headings), start
    assert not re.search(r"https?://", re.sub(r"<code>.*?</code>|<dd.*?</dd>", "", html))
    assert len(html) < 1_000_000


@browser
def test_the_page_is_drawn_whole(built: Path, tmp_path: Path) -> None:
    count, whole = asked(tmp_path, page(built), DRAWN, "drawn").split()
    assert int(count) > 80 and whole == "true"
    assert faults(tmp_path, page(built)) == []


def test_the_commands_of_its_page_find_nothing_left_to_build(built: Path) -> None:
    [repro] = commands("docs/digits.md")
    assert "Data and pipelines are up to date" in run(built, *repro.words).stdout
    assert run(built, "git", "status", "--porcelain").stdout == ""
