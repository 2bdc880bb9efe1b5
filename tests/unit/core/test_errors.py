"""An error ends in the fix."""

from __future__ import annotations

import pytest

from penstock.core import errors
from penstock.core.errors import PenstockError, did_you_mean


def test_the_nearest_name_is_meant_else_all_are_told() -> None:
    assert did_you_mean("forst", ["tree", "forest"]) == "did you mean 'forest'?"
    assert did_you_mean("zzz", ["tree", "forest"]) == "known: forest, tree"
    assert did_you_mean("zzz", []) == "none is known"


@pytest.mark.parametrize(
    "error",
    [
        errors.NotAWorkspace("/somewhere"),
        errors.ParamsError(["a: missing"]),
        errors.DocumentError("dvc.yaml", "no YAML", 3),
        errors.DatasetError("data/p/raw", "no manifest.json in it", "dvc repro"),
        errors.ModelFileError("models/p/c", "no contract", "dvc repro"),
        errors.CandidatesDisagree("p", ["tree"], ["old"]),
        errors.NoTrials("first", 0, "no rows", "projects.p.protocol.splits.first"),
    ],
)
def test_every_error_ends_in_a_fix(error: PenstockError) -> None:
    assert str(error).splitlines()[-1].startswith("  fix: ")


def test_candidates_that_disagree_name_both_commands() -> None:
    text = str(errors.CandidatesDisagree("p", ["tree", "forest"], ["old"]))
    assert "dvc repro train@p-tree train@p-forest" in text
    assert "penstock prune p" in text
