"""The command line as a user meets it: help, leaderboards, mistakes."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.workspace import run


def test_help_names_every_verb_with_a_sentence(built_workspace_source):
    said = run(built_workspace_source, "penstock", "--help").stdout
    for verb in ("lint", "refresh", "publish", "leaderboard", "prune", "recommend"):
        assert verb in said
        assert "Usage" in run(built_workspace_source, "penstock", verb, "-h").stdout


def test_the_leaderboard_is_in_order_and_names_the_page(built_workspace_source):
    said = run(built_workspace_source, "penstock", "leaderboard", "fraud").stdout
    assert "reports/fraud/index.html" in said
    board = json.loads(
        run(built_workspace_source, "penstock", "leaderboard", "fraud", "--json").stdout
    )[0]
    leading = [
        board["scores"][name]["test"]["average_precision"]["mean"] for name in board["order"]
    ]
    assert leading == sorted(leading, reverse=True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("leaderboard", "frod"), "did you mean 'fraud'?"),
        (("refresh", "credit-card"), "did you mean 'creditcard'?"),
        (("prune", "nothing"), "no project 'nothing'"),
    ],
)
def test_a_misspelt_name_gets_a_suggestion_and_no_traceback(built_workspace_source, command, said):
    done = run(built_workspace_source, "penstock", *command, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_in_the_place_of_a_folder_is_named_without_a_traceback(small_workspace):
    (small_workspace / ".penstock").unlink(missing_ok=True)
    (small_workspace / ".penstock").write_text("")
    done = run(small_workspace, "penstock", "run", check=False)
    assert done.returncode == 1
    assert "/.penstock: File exists\n  fix: " in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_a_checkout_the_fix_is_told(tmp_path):
    done = run(tmp_path, "penstock", "leaderboard", check=False)
    assert done.returncode == 1
    assert "cd into the checkout" in done.stderr


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("seed",), "many", "seed: found 'many'"),
        (("threads",), 0, "greater than or equal to 1"),
        (("projects", "fraud", "protocol", "daily_tops"), 5, "did you mean 'daily_top'?"),
        (("candidates", "fraud-xgboost", "params", "max_depth"), -1, "fraud-xgboost"),
        (("candidates", "fraud-xgboost", "params", "maxdepth"), 3, "did you mean 'max_depth'?"),
        (("projects", "creditcard", "source", "kind"), "fils", "did you mean 'files'?"),
    ],
)
def test_a_mistake_in_params_names_file_key_value_and_fix(small_workspace, path, value, said):
    file = small_workspace / "params.yaml"
    params = yaml.safe_load(file.read_text())
    block = params
    for key in path[:-1]:
        block = block[key]
    block[path[-1]] = value
    file.write_text(yaml.safe_dump(params, sort_keys=False))
    done = run(small_workspace, "penstock", "lint", check=False)
    assert done.returncode == 1
    assert "params.yaml" in done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_budget_that_its_candidate_lacks_is_told(small_workspace):
    file = small_workspace / "params.yaml"
    params = yaml.safe_load(file.read_text())
    params["candidates"]["fraud-tree"]["budget"] = "full"
    file.write_text(yaml.safe_dump(params, sort_keys=False))
    done = run(small_workspace, "dvc", "repro", "train@fraud-tree", check=False)
    assert done.returncode != 0
    assert "candidates.fraud-tree.budget" in done.stderr


def test_publishing_twice_makes_no_second_run(built_workspace):
    first = json.loads(run(built_workspace, "penstock", "publish", "--json").stdout)
    again = json.loads(run(built_workspace, "penstock", "publish", "--json").stdout)
    assert all(receipt["created"] for receipt in first)
    assert not any(receipt["created"] for receipt in again)
