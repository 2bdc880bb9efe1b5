"""Files that can't be read, and the form of a problem."""

from __future__ import annotations

import time

import pytest

from penstock.engine.lint import Problem
from tests.unit.engine.lint.conftest import Checkout


@pytest.mark.parametrize(
    ("quoted", "bare", "fix"),
    [
        ('outs: ["data/${key}/features"]', "outs: [data/${key}/features]",
         'write outs: ["data/${key}/features"]'),
        ('params: [seed, "candidates.${key}", ', "params: [seed, candidates.${key}, ",
         'write params: [seed, "candidates.${key}", "projects.${item.project}.protocol"]'),
        ('params: ["projects.${key}.features"]', "frozen: {a: ${key}}",
         'write frozen: {a: "${key}"}'),
    ],
)  # fmt: skip
def test_an_unquoted_template_in_a_flow_list_is_said_with_its_line_mended(
    checkout: Checkout, quoted: str, bare: str, fix: str
) -> None:
    checkout.edit("dvc.yaml", quoted, bare)
    problem = checkout.only_problem()
    assert problem.rule == "unquoted-template"
    lines = (checkout.root / "dvc.yaml").read_text(encoding="utf-8").splitlines()
    line = next(index for index, text in enumerate(lines, 1) if bare in text)
    assert problem.place == f"dvc.yaml, line {line}"
    assert problem.fix == fix


def test_other_broken_yaml_is_said_with_its_line(checkout: Checkout) -> None:
    checkout.edit("params.yaml", "seed: 1", "seed: [1")
    problem = checkout.only_problem()
    assert (problem.rule, problem.fix) == ("yaml", "mend params.yaml")
    assert problem.place == "params.yaml, line 2"


@pytest.mark.parametrize("name", ["dvc.yaml", "params.yaml"])
def test_a_bracket_that_never_closes_is_one_problem(checkout: Checkout, name: str) -> None:
    path = checkout.root / name
    path.write_text(path.read_text(encoding="utf-8") + "more: [1,\n", encoding="utf-8")
    problem = checkout.only_problem()
    assert (problem.rule, problem.fix) == ("yaml", f"mend {name}")


def test_a_template_that_names_nothing_gets_the_name_that_was_meant(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "${item.model}.py", "${item.modle}.py")
    problem = checkout.only_problem()
    assert problem.rule == "template"
    assert problem.says == "${item.modle} names nothing: no 'modle'"
    assert problem.fix.endswith("did you mean 'model'?")


def test_a_missing_graph_is_one_problem(checkout: Checkout) -> None:
    (checkout.root / "dvc.yaml").unlink()
    assert "no such file" in checkout.only_problem().says


def test_a_problem_reads_as_what_is_wrong_and_what_to_type() -> None:
    problem = Problem("orphan", "projects.bank", "is listed no more", "penstock prune bank")
    assert str(problem) == (
        "projects.bank: is listed no more  [orphan]\n  fix: penstock prune bank"
    )
    assert problem.to_dict()["fix"] == "penstock prune bank"


def test_a_small_graph_is_checked_in_well_under_a_second(checkout: Checkout) -> None:
    start = time.process_time()
    checkout.problems()
    assert time.process_time() - start < 1
