"""What stages read of params.yaml, and what stands there."""

from __future__ import annotations

import pytest

from tests.unit.engine.lint.conftest import Checkout


@pytest.mark.parametrize(
    ("tracked", "untracked", "key"),
    [
        ('[seed, "candidates.${key}", ', '["candidates.${key}", ', "seed"),
        ('"candidates.${key}", ', "", "candidates.${key}"),
        (', "projects.${item.project}.protocol"]', "]", "projects.${item.project}.protocol"),
        ('      params: ["projects.${key}.features"]\n', "", "projects.${key}.features"),
    ],
)
def test_a_key_that_a_stage_reads_must_be_tracked(
    checkout: Checkout, tracked: str, untracked: str, key: str
) -> None:
    checkout.edit("dvc.yaml", tracked, untracked)
    problem = checkout.only_problem()
    assert problem.rule == "untracked-param"
    assert problem.fix.startswith(f'add "{key}" to the params of ')
    assert problem.place.endswith(" and 1 more")


def test_a_missing_thread_count_is_found_where_a_helper_reads_it(checkout: Checkout) -> None:
    text = "from penstock.core.config import Params\ndef f(params: Params): return params.threads\n"
    checkout.write("src/penstock/models/sorting/plain.py", text)
    assert checkout.only_problem().fix == 'add "threads" to the params of train in dvc.yaml'


def test_a_helper_that_takes_the_projects_block_is_followed(checkout: Checkout) -> None:
    text = (
        "from penstock.core.config import Params, ProjectParams\n"
        "def f(block: ProjectParams): return block.source\n"
    )
    checkout.write("src/penstock/projects/bank/features.py", text)
    assert 'add "projects.${key}.source"' in checkout.only_problem().fix


def test_a_tracked_block_covers_the_keys_below_it(checkout: Checkout) -> None:
    checkout.edit("dvc.yaml", '["projects.${key}.features"]', '["projects.${key}"]')
    assert checkout.problems() == []


def test_a_tracked_key_that_params_yaml_lacks_is_named(checkout: Checkout) -> None:
    checkout.edit("params.yaml", "features: {days: 7}, ", "")
    problem = checkout.only_problem()
    assert problem.rule == "missing-param"
    assert problem.place == "featurize@bank"
    assert "`features: {}`" in problem.fix


def test_a_project_without_candidates_is_named_with_the_block_to_add(checkout: Checkout) -> None:
    line = "  shop-plain: {project: shop, name: plain, task: sorting, model: plain}\n"
    checkout.edit("params.yaml", line, "")
    problem = checkout.only_problem()
    assert problem.rule == "no-candidates"
    assert "shop-NAME: {project: shop, name: NAME, task: sorting, model: MODEL}" in problem.fix


def test_a_candidate_of_no_project_gets_the_project_that_was_meant(checkout: Checkout) -> None:
    checkout.edit("params.yaml", "shop-plain: {project: shop,", "shop-plain: {project: shopp,")
    problem = next(p for p in checkout.problems() if p.rule == "no-project")
    assert problem.place == "candidates.shop-plain"
    assert problem.fix.endswith("did you mean 'shop'?")


def test_a_model_of_a_candidate_that_is_listed_no_more_is_pruned(checkout: Checkout) -> None:
    (checkout.root / "models/bank/old").mkdir(parents=True)
    problem = checkout.only_problem()
    assert problem.rule == "orphan"
    assert problem.fix == "penstock prune bank"


def test_the_models_of_a_project_that_is_no_more_are_removed_by_hand(checkout: Checkout) -> None:
    (checkout.root / "models/gone/plain").mkdir(parents=True)
    assert checkout.only_problem().fix == "rm -r models/gone"
