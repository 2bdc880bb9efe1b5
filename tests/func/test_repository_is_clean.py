"""The graph and the settings that are in git."""

from __future__ import annotations

from pathlib import Path

from penstock.engine.check import check_params
from penstock.engine.lint import lint

ROOT = Path(__file__).resolve().parents[2]
# What runs leave behind, or need first: no mistake in what git holds.
OF_RUNS = {"orphan", "no-source-record"}


def test_the_graph_of_the_repository_is_clean() -> None:
    problems = [problem for problem in lint(ROOT) if problem.rule not in OF_RUNS]
    assert [str(problem) for problem in problems] == []


def test_every_key_of_params_yaml_is_one_that_its_owner_takes() -> None:
    check_params(ROOT)
