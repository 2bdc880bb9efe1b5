"""The deps of a stage cover the code it runs."""

from __future__ import annotations

import pytest

from penstock.core.documents import read_yaml
from penstock.engine.lint.closure import closure_of
from penstock.engine.lint.code import Code
from penstock.engine.lint.graph import Graph, covers, expand
from tests.unit.engine.lint.conftest import Checkout


def stale_after_an_edit_of(checkout: Checkout, path: str) -> set[str]:
    """Stages that DVC would rerun, as their deps say it."""
    params = read_yaml(checkout.root / "params.yaml")
    stages = expand(read_yaml(checkout.root / "dvc.yaml"), params, [])
    return {stage.name for stage in stages if any(covers(dep, path) for dep in stage.deps)}


def stages_that_run(checkout: Checkout, path: str) -> set[str]:
    params = read_yaml(checkout.root / "params.yaml")
    stages = tuple(expand(read_yaml(checkout.root / "dvc.yaml"), params, []))
    graph = Graph(checkout.root, stages, params, Code(checkout.root))
    return {stage.name for stage in stages if path in closure_of(graph, stage).files}


def test_the_small_checkout_is_clean(checkout: Checkout) -> None:
    assert checkout.problems() == []


def test_an_imported_helper_outside_the_deps_is_named_with_the_way_to_it(
    checkout: Checkout,
) -> None:
    checkout.write("src/penstock/models/sorting/plain.py", "import penstock.features.windows\n")
    problem = checkout.only_problem()
    assert problem.rule == "closure"
    assert problem.place == "train@bank-plain and 1 more"
    assert "penstock.stages.train → models.sorting.plain → features.windows" in problem.says
    assert problem.fix.startswith('add "- src/penstock/features/windows.py"')
    checkout.edit(
        "dvc.yaml",
        "        - src/penstock/stages/train.py\n",
        "        - src/penstock/stages/train.py\n        - src/penstock/features/windows.py\n",
    )
    assert checkout.problems() == []


def test_an_edit_to_an_imported_helper_makes_every_stage_stale_that_runs_it(
    checkout: Checkout,
) -> None:
    helper = "src/penstock/features/windows.py"
    assert stages_that_run(checkout, helper) == {"featurize@bank"}
    assert stages_that_run(checkout, helper) <= stale_after_an_edit_of(checkout, helper)


def test_an_edit_to_a_projects_file_makes_no_other_project_stale(checkout: Checkout) -> None:
    changed = stale_after_an_edit_of(checkout, "src/penstock/projects/bank/features.py")
    assert changed == {"featurize@bank"}


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import penstock.features.clock\n",
        "def f():\n    from penstock.features import clock\n",
        "from penstock.features.clock import hour\n",
        "from ...features import clock\n",
        "import importlib\nimportlib.import_module('penstock.features.clock')\n",
    ],
)
def test_every_way_of_importing_counts(checkout: Checkout, text: str) -> None:
    checkout.edit("dvc.yaml", "        - src/penstock/features\n", "")
    checkout.write("src/penstock/projects/bank/features.py", text)
    problem = checkout.only_problem()
    assert problem.rule == "closure"
    assert "clock.py" in problem.says


def test_an_import_for_type_hints_alone_runs_nothing(checkout: Checkout) -> None:
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import penstock.features.clock\n"
    )
    checkout.write("src/penstock/models/sorting/plain.py", text)
    assert checkout.problems() == []


def test_a_package_that_holds_more_than_a_docstring_runs_with_its_modules(
    checkout: Checkout,
) -> None:
    checkout.write("src/penstock/models/sorting/__init__.py", '"""Doc."""\nLIMIT = 3\n')
    problem = checkout.only_problem()
    assert "src/penstock/models/${item.task}/__init__.py" in problem.fix


def test_a_part_loaded_by_name_counts_for_the_project_of_the_key(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "        - src/penstock/projects/${key}\n", "")
    problem = checkout.only_problem()
    assert problem.place == "featurize@bank and 1 more"
    assert '"- src/penstock/projects/${key}/features.py"' in problem.fix


def test_parts_named_by_a_loop_over_constants_count(checkout: Checkout) -> None:
    checkout.write("src/penstock/tasks/sorting/scores.py", "")
    checkout.edit(
        "src/penstock/stages/train.py",
        'load_part("task", block.task, "trials")',
        '[load_part("task", block.task, part) for part in ("trials", "scores")]',
    )
    problem = checkout.only_problem()
    assert "src/penstock/tasks/${item.task}/scores.py" in problem.fix


def test_the_model_of_the_key_counts(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "        - src/penstock/models/${item.task}/${item.model}.py\n", "")
    problem = checkout.only_problem()
    assert '"- src/penstock/models/${item.task}/${item.model}.py"' in problem.fix


def test_a_template_beside_a_module_counts(checkout: Checkout) -> None:
    checkout.write("src/penstock/pages/__init__.py", '"""Doc."""\n')
    checkout.write("src/penstock/pages/page.py", "")
    checkout.write("src/penstock/pages/base.html", "")
    checkout.write("src/penstock/models/sorting/plain.py", "import penstock.pages.page\n")
    missing = {problem.says.split()[0] for problem in checkout.problems()}
    assert missing == {"src/penstock/pages/page.py", "src/penstock/pages/base.html"}


def test_a_part_whose_name_is_computed_is_refused(checkout: Checkout) -> None:
    checkout.edit("src/penstock/stages/featurize.py", '"features")', 'key + "s")')
    problem = checkout.only_problem()
    assert problem.rule == "dynamic-import"
    assert "featurize.py, line 5" in problem.says
    assert 'load_part("project", key, "suite")' in problem.fix


def test_a_command_that_runs_no_stage_is_named_with_those_there_are(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "penstock.stages.train ${key}", "penstock.stages.trian ${key}")
    rules = [problem.rule for problem in checkout.problems()]
    assert rules == ["command", "command"]
    assert checkout.problems()[0].fix.endswith("one of featurize, train")
