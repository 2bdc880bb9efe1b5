"""A sweep against the rest of params.yaml: its split, its metric, the model's bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.settings import parse
from penstock.engine.sweeps import meant_for, place_of, present_of, sweep_problems
from penstock.tasks.ranking import scores
from penstock.tasks.ranking.trials import ProtocolSettings
from tests.sweeps import CANDIDATE, SPACE, SWEEP
from tests.workspace import ROOT


def problems(root: Path, key: str = CANDIDATE, block: Any = None, **changed: Any) -> list[str]:
    """Of SWEEP changed, where the candidate's block is updated with `block`."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["candidates"][CANDIDATE] |= block or {}
    params["sweeps"] = {key: SWEEP | changed}
    (root / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    return list(sweep_problems(load_params(root), key))


def test_the_sweeps_of_the_repository_make_sense() -> None:
    params = load_params(ROOT)
    assert params.sweeps
    assert [said for key in params.sweeps for said in sweep_problems(params, key)] == []


def test_a_good_block_is_accepted(tmp_path: Path) -> None:
    assert problems(tmp_path) == []
    assert problems(tmp_path, metric="brier", direction="minimize") == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"split": "test"}, "split: found 'test', on which the candidates are judged"),
        ({"split": "vaildation"}, "split: no split 'vaildation' in the protocol; did you mean"),
        ({"metric": "roc_acu"}, "metric: no metric 'roc_acu'; did you mean 'roc_auc'?"),
        ({"metric": "brier"}, "direction: missing; expected maximize or minimize"),
        ({"direction": "minimize"}, "direction: found 'minimize'; more average_precision is"),
        ({"space": {"max_dept": {"int": [1, 3]}}},
         "space.max_dept: unknown key (found 1); did you mean 'max_depth'?"),
        ({"space": {"max_depth": {"int": [0, 3]}}},
         "space.max_depth: found 0; input should be greater than or equal to 1"),
        ({"space": {"max_depth": {"float": [1.5, 3]}}}, "space.max_depth: found 1.5; "),
        ({"space": {"criterion": {"choice": ["gini", "entrpy"]}}}, "mean 'entropy'?"),
    ],
)  # fmt: skip
def test_what_the_model_or_the_protocol_refuses_is_told_before_anything_runs(
    tmp_path: Path, changed: dict[str, Any], says: str
) -> None:
    told = problems(tmp_path, **changed)
    assert any(says in problem for problem in told), told
    assert all(problem.startswith(f"sweeps.{CANDIDATE}.") for problem in told)


def test_a_candidate_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = problems(tmp_path, key="fraud-tre")
    assert told == ["sweeps.fraud-tre: no candidate 'fraud-tre'; did you mean 'fraud-tree'?"]


def test_a_hyper_parameter_that_the_split_fixes_cannot_be_swept(tmp_path: Path) -> None:
    fixed = {"splits": {"validation": {"max_depth": 3}}}
    assert len(SPACE) == 3
    [told] = problems(tmp_path, block=fixed)
    assert "space.max_depth: candidates.fraud-tree.splits.validation fixes it" in told


def test_a_winner_goes_where_the_present_value_holds() -> None:
    forest = load_params(ROOT).candidate("creditcard-forest")
    for name, place in (
        ("max_samples", ("budgets", "small", "max_samples")),
        ("trees", ("params", "trees")),
        ("max_depth", ("params", "max_depth")),
    ):
        assert place_of(forest, name, "time", "time") == place
        assert place_of(forest, name, "stratified", "time") == ("splits", "stratified", name)
    own = forest.model_copy(update={"splits": {"time": {"trees": 7}}})
    assert place_of(own, "trees", "time", "time") == ("splits", "time", "trees")
    assert place_of(own, "max_depth", "time", "time") == ("params", "max_depth")


RATED = "recommendation-ease"
L2 = {"l2": {"float": [1.0, 100.0]}}


@pytest.mark.parametrize(
    ("split", "judged"),
    [
        ("validation", "stratified"),
        ("validation_time", "global_time_warm"),
        ("validation_next", "next_item"),
    ],
)
def test_a_split_cut_within_another_chooses_for_that_one(
    tmp_path: Path, split: str, judged: str
) -> None:
    assert problems(tmp_path, key=RATED, split=split, space=L2) == []
    protocol = parse(ProtocolSettings, load_params(ROOT).project("recommendation").protocol, "")
    assert meant_for(protocol, scores, split) == judged
    ease = load_params(ROOT).candidate(RATED)
    assert present_of(ease, split, judged) == ease.hyperparameters(judged)


@pytest.mark.parametrize("split", ["stratified", "global_time_warm", "next_item"])
def test_a_split_that_somebody_is_judged_on_is_none_to_choose_on(
    tmp_path: Path, split: str
) -> None:
    [told] = problems(tmp_path, key=RATED, split=split, space=L2)
    assert f"split: found {split!r}, on which the candidates are judged" in told
