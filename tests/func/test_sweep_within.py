"""Sweeps of a ranking on splits cut within others: whose rows they keep off, whom they are for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.dataset import load, save
from penstock.effects.sweep.begin import begin
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.errors import SharesRows
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.trial import run_trial
from penstock.effects.sweep.verdict import verdict
from penstock.tasks.ranking import trials
from tests.shop import log, protocol

EASE = "recommendation-ease"
WITHIN = {"validation": "stratified", "early": "global_time_warm", "before": "next_item"}
Make = Callable[..., Path]


@pytest.fixture
def ranked(tmp_path: Path) -> Make:
    """A workspace with the shop's log, where EASE is swept on a split."""
    save(log(), tmp_path / "data" / "recommendation" / "features")

    def make(split: str, **splits: Any) -> Path:
        block = protocol().model_dump(mode="json")
        block["splits"] |= {
            "early": {"kind": "global_time", "users": "warm", "within": "global_time_warm"},
            "before": {"kind": "next_item", "within": "next_item"},
        }
        for name in WITHIN:
            block["splits"][name] |= {"chooses": True}
        block["splits"] |= splits
        source = {"kind": "tables", "mode": "live", "tables": {}}
        project = {"task": "ranking", "candidates": ["ease"], "source": source, "protocol": block}
        ease = {"project": "recommendation", "name": "ease", "task": "ranking", "model": "ease"}
        own = {"params": {"l2": 20.0}, "splits": {"next_item": {"l2": 50.0}}}
        sweep = {"split": split, "trials": 2, "space": {"l2": {"float": [1, 400], "log": True}}}
        params = {
            "seed": 0,
            "threads": 1,
            "projects": {"recommendation": project},
            "candidates": {EASE: ease | own},
            "sweeps": {EASE: sweep},
        }
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        return tmp_path

    return make


def study(root: Path) -> Study:
    return begin(root, load_params(root), EASE)


@pytest.mark.parametrize(("split", "judged"), WITHIN.items())
def test_what_is_chosen_on_rows_of_one_split_is_meant_for_that_one(
    ranked: Make, split: str, judged: str
) -> None:
    begun = study(ranked(split))
    assert begun.judged == judged
    assert begun.present == {"l2": 50.0 if judged == "next_item" else 20.0}
    dataset = load(begun.root / "data" / "recommendation" / "features")
    used = trials.used_rows(dataset, begun.protocol, 0, split)
    faced = trials.used_rows(dataset, begun.protocol, 0, judged)[1]
    assert not np.intersect1d(np.concatenate(used), faced).size
    assert not (begun.folder / "trials").exists()


@pytest.mark.parametrize("split", ["early", "before"])
def test_rows_of_the_leading_split_may_be_among_them(ranked: Make, split: str) -> None:
    """Or there would be nothing to choose on: protocols cut the same log in other ways."""
    begun = study(ranked(split))
    dataset = load(begun.root / "data" / "recommendation" / "features")
    used = trials.used_rows(dataset, begun.protocol, 0, split)
    faced = trials.used_rows(dataset, begun.protocol, 0, "stratified")[1]
    assert np.intersect1d(np.concatenate(used), faced).size


def test_a_split_that_is_cut_within_none_keeps_off_the_leading_one(ranked: Make) -> None:
    loose = {"kind": "global_time", "train_share": 0.5, "chooses": True}
    with pytest.raises(SharesRows, match=r"'loose' holds \d+ of the rows that 'stratified' judges"):
        study(ranked("loose", loose=loose))


@pytest.mark.parametrize(
    ("split", "judged", "changed"),
    [
        ("validation", "stratified", {"params": {"l2": 90.0}}),
        ("early", "global_time_warm", {"splits": {"global_time_warm": {"l2": 90.0}}}),
        ("before", "next_item", {"splits": {"next_item": {"l2": 90.0}}}),
    ],
)
def test_the_winner_changes_the_setting_of_that_split_alone(
    ranked: Make, split: str, judged: str, changed: dict[str, Any]
) -> None:
    begun = study(ranked(split))
    before = begun.block.model_dump()
    for number, values in enumerate((begun.present, {"l2": 90.0})):
        begun.ask(number, values)
        begun.end(Ended(number, State.COMPLETE, values, (0.1 * number,), 0.1))
    receipt = verdict(begun, trials=2, write=True)
    assert receipt["meant_for"] == judged
    assert f"meant for split {judged!r}" in receipt["says"].splitlines()[-2]
    after = load_params(begun.root).candidate(EASE).model_dump()
    for part in ("params", "splits"):
        assert after[part] == before[part] | changed.get(part, {})


def test_a_trial_fits_what_that_split_would(ranked: Make) -> None:
    begun = study(ranked("before"))
    begun.ask(0, begun.present)
    ended = run_trial(begun, 0)
    begun.ask(1, {"l2": 1.0})
    assert ended.values == {"l2": 50.0} and ended.folds != run_trial(begun, 1).folds
