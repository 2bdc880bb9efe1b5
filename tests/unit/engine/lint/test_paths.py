"""What stages read and write."""

from __future__ import annotations

import pytest

from tests.unit.engine.lint.conftest import Checkout


def test_a_misspelt_dep_gets_the_name_that_was_meant(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "stages/train.py", "stages/trian.py")
    says = [(p.rule, p.fix) for p in checkout.problems() if p.rule == "missing-dep"]
    assert len(says) == 2
    assert says[0][1].endswith("did you mean 'train.py'?")


def test_a_misspelt_out_of_another_stage_gets_the_name_that_was_meant(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "- data/${item.project}/features", "- data/${item.project}/featurs")
    problem = checkout.problems()[0]
    assert problem.rule == "missing-dep"
    assert problem.fix.endswith("did you mean 'features'?")


def test_a_source_that_was_never_recorded_is_refreshed(checkout: Checkout) -> None:
    (checkout.root / "data/sources/bank.json").unlink()
    problem = checkout.only_problem()
    assert problem.rule == "no-source-record"
    assert problem.fix == "penstock refresh bank"


def test_a_dep_on_the_folder_of_other_stages_outs_is_no_mistake(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", "- data/${item.project}/features", "- data/${item.project}")
    assert checkout.problems() == []


@pytest.mark.parametrize("out", ["models/${item.project}", "models/all"])
def test_outs_that_overlap_are_named_with_both_stages(checkout: Checkout, out: str) -> None:
    checkout.edit(
        "params.yaml",
        "  shop-plain: {project: shop, name: plain, task: sorting, model: plain}\n",
        "  shop-plain: {project: shop, name: plain, task: sorting, model: plain}\n"
        "  bank-other: {project: bank, name: other, task: sorting, model: plain}\n",
    )
    checkout.edit("dvc.yaml", "models/${item.project}/${item.name}", out)
    found = [p for p in checkout.problems() if p.rule == "overlapping-outs"]
    assert found
    assert "overlaps" in found[0].says
    assert found[0].fix.startswith("give one of them another path")


def test_a_stage_that_reads_what_it_writes_is_a_cycle(checkout: Checkout) -> None:
    checkout.edit(
        "dvc.yaml",
        "        - data/sources/${key}.json\n",
        "        - data/sources/${key}.json\n        - models/${key}\n",
    )
    problem = checkout.only_problem()
    assert problem.rule == "cycle"
    assert "featurize@" in problem.says
    assert "train@" in problem.says
    assert problem.fix.startswith("take the dep that closes the ring")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("      outs:", "      always_changed: true\n      outs:", "never counts as done"),
        ('["data/${key}/features"]', '[{"data/${key}/features": {persist: true}}]', "persist on"),
        ('["data/${key}/features"]', '[{"data/${key}/features": {cache: false}}]', "cache: false"),
    ],
)
def test_an_option_that_turns_the_run_cache_off_is_refused(
    checkout: Checkout, old: str, new: str, says: str
) -> None:
    checkout.edit("dvc.yaml", old, new)
    problem = checkout.problems()[0]
    assert problem.rule == "run-cache"
    assert says in problem.says
    assert problem.fix.startswith("remove")


def test_a_metric_outside_the_cache_is_no_mistake(checkout: Checkout) -> None:
    metric = '      metrics: [{"reports/${key}.json": {cache: false}}]\n      outs: ["data/${key}/'
    checkout.edit("dvc.yaml", '      outs: ["data/${key}/', metric)
    assert checkout.problems() == []
