"""The best trial beside the present setting, and the patch that a person reviews."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from penstock.core.config import load_params
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.verdict import verdict
from tests.sweeps import CANDIDATE, SWEEP, end, make_study
from tests.workspace import ROOT


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Of the repository's own params.yaml, comments and all."""
    make_study(tmp_path)
    text = (ROOT / "params.yaml").read_text()
    head, _, _ = text.partition("\n# What `penstock sweep P-C` tries")
    assert head != text
    block = yaml.safe_dump({"sweeps": {CANDIDATE: SWEEP}})
    (tmp_path / "params.yaml").write_text(f"{head}\n{block}")
    made = Study.of(tmp_path, load_params(tmp_path), CANDIDATE)
    end(made, 0, 0.5, 0.4)
    return made


def test_the_winner_is_a_patch_that_git_applies_and_nothing_is_changed(study: Study) -> None:
    end(study, 1, 0.6, 0.5, max_depth=7, criterion="entropy")
    before = (study.root / "params.yaml").read_text()
    receipt = verdict(study, trials=2, write=False)
    assert receipt["changed"] == {"max_depth": 7, "criterion": "entropy"}
    assert (study.root / "params.yaml").read_text() == before
    assert receipt["patch"] and not receipt["written"]
    subprocess.run(["git", "init", "-q", str(study.root)], check=True)
    subprocess.run(["git", "apply", receipt["patch"]], cwd=study.root, check=True)
    params = load_params(study.root).candidate(CANDIDATE).params
    assert params == {"max_depth": 7, "criterion": "entropy"}
    changed = [line for line in receipt["diff"].splitlines() if line[0] in "+-"][2:]
    assert changed == [
        "-    params: {max_depth: 3}",
        "+    params: {max_depth: 7, criterion: entropy}",
    ]


def test_asked_to_write_it_changes_the_file_and_says_so(study: Study) -> None:
    end(study, 1, 0.6, 0.5, max_depth=7)
    receipt = verdict(study, trials=2, write=True)
    assert receipt["written"]
    assert "written to params.yaml" in receipt["says"]
    assert load_params(study.root).candidate(CANDIDATE).params == {"max_depth": 7}


def test_where_no_trial_is_better_nothing_is_left_to_apply(study: Study) -> None:
    end(study, 1, 0.5, 0.4, max_depth=7)  # as good is not better
    before = (study.root / "params.yaml").read_text()
    receipt = verdict(study, trials=2, write=True)
    assert "no trial is better" in receipt["says"]
    assert (receipt["patch"], receipt["diff"], receipt["written"]) == (None, "", False)
    assert (study.root / "params.yaml").read_text() == before


def test_a_pruned_trial_does_not_win(study: Study) -> None:
    values = study.present | {"max_depth": 9}
    study.ask(1, values)
    study.end(Ended(1, State.PRUNED, values, (0.9,), 0.1))
    assert verdict(study, trials=2, write=False)["best"]["number"] == 0


def test_where_less_is_better_the_least_wins(tmp_path: Path) -> None:
    study = make_study(tmp_path, metric="brier", direction="minimize")
    for number, level in enumerate((0.5, 0.3, 0.4)):
        end(study, number, level, max_depth=3 + number)
    assert verdict(study, trials=3, write=False)["best"]["number"] == 1


def test_a_candidate_edited_meanwhile_is_left_alone(study: Study) -> None:
    end(study, 1, 0.6, 0.5, max_depth=7)
    path = study.root / "params.yaml"
    path.write_text(path.read_text().replace("{max_depth: 3}", "{max_depth: 5}"))
    before = path.read_text()
    receipt = verdict(study, trials=2, write=True)
    assert "has changed meanwhile" in receipt["says"]
    assert not receipt["written"] and path.read_text() == before


def test_a_file_that_cannot_be_edited_in_place_tells_what_to_write(study: Study) -> None:
    end(study, 1, 0.6, 0.5, max_depth=7)
    path = study.root / "params.yaml"
    text = path.read_text().replace("params: {max_depth: 3}", "params: &deep {max_depth: 3}")
    path.write_text(text.replace("params: {max_depth: 2}", "params: *deep"))
    receipt = verdict(study, trials=2, write=True)
    assert "write by hand candidates.fraud-tree.params.max_depth: 7" in receipt["says"]
    assert not receipt["written"]


def test_a_patch_of_an_earlier_winner_does_not_stay(study: Study) -> None:
    end(study, 1, 0.6, 0.5, max_depth=7)
    patch = verdict(study, trials=2, write=False)["patch"]
    assert patch and (study.root / patch).is_file()
    shutil.rmtree(study.folder / "trials")
    end(study, 0, 0.9, 0.9)
    verdict(study, trials=1, write=False)
    assert not (study.root / patch).exists()
