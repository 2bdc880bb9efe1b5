"""What prefect.yaml may name."""

from __future__ import annotations

import pytest

from tests.unit.engine.lint.conftest import Checkout

FLOW = '''\
def pipeline(targets=(), projects=(), refresh=False, *, event=None):
    """A flow."""
'''
PREFECT = """\
definitions:
  common: &common
    entrypoint: flows/pipeline.py:pipeline
deployments:
  - <<: *common
    name: nightly-bank
    parameters: {projects: [bank], refresh: true}
    schedules:
      - {slug: nightly, cron: "0 2 * * *", timezone: Etc/UTC, active: false}
  - <<: *common
    name: nightly-shop
    parameters: {projects: [shop], targets: ["train@shop-plain", featurize]}
    schedules:
      - {slug: nightly, cron: "0 3 * * *", timezone: Etc/UTC, active: false}
  - <<: *common
    name: retrain-on-drift
    triggers:
      - {expect: [penstock.drift], parameters: {event: "{{ event.payload }}"}}
"""


@pytest.fixture
def deployed(checkout: Checkout) -> Checkout:
    checkout.write("flows/pipeline.py", FLOW)
    checkout.write("prefect.yaml", PREFECT)
    return checkout


def test_deployments_that_name_what_is_there_are_clean(deployed: Checkout) -> None:
    assert deployed.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "place", "says", "fix"),
    [
        ("projects: [bank]", "projects: [bank, shpo]", "nightly-bank", "no project 'shpo'",
         "did you mean 'shop'?"),
        ("train@shop-plain", "train@shop-plian", "nightly-shop", "no stage 'train@shop-plian'",
         "did you mean 'train@shop-plain'?"),
        ("refresh: true", "refersh: true", "nightly-bank", "takes no 'refersh'",
         "did you mean 'refresh'?"),
        ("{event: ", "{events: ", "retrain-on-drift", "takes no 'events'",
         "did you mean 'event'?"),
        ('"0 2 * * *", timezone: Etc/UTC', '"0 2 * * *"', "nightly-bank", "without a time zone",
         "timezone: Etc/UTC"),
        ("{slug: nightly, cron: \"0 3 * * *\"", "{cron: \"0 3 * * *\"", "nightly-shop",
         "without a slug", "slug: nightly"),
        ('"0 3 * * *", timezone: Etc/UTC, active: false', '"0 3 * * *", timezone: Etc/UTC',
         "nightly-shop", "on from the start", "active: false"),
    ],
)  # fmt: skip
def test_a_deployment_that_names_what_is_not_there_is_told_what_is(
    deployed: Checkout, old: str, new: str, place: str, says: str, fix: str
) -> None:
    deployed.edit("prefect.yaml", old, new)
    problem = deployed.only_problem()
    assert problem.rule == "deployment"
    assert problem.place == f"prefect.yaml, {place}"
    assert says in problem.says
    assert fix in problem.fix


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: nightly-shop", "name: shop", "no deployment nightly-shop"),
        ("{projects: [shop], ", "{projects: [bank], ", "builds ['bank'], not shop"),
        ('    schedules:\n      - {slug: nightly, cron: "0 3 * * *", timezone: Etc/UTC, '
         "active: false}\n", "", "nightly-shop of prefect.yaml has no schedule"),
    ],
)  # fmt: skip
def test_a_project_that_nobody_builds_at_night_is_told_what_to_add(
    deployed: Checkout, old: str, new: str, says: str
) -> None:
    deployed.edit("prefect.yaml", old, new)
    problem = deployed.only_problem()
    assert (problem.rule, problem.place) == ("no-nightly", "projects.shop")
    assert says in problem.says
    assert "name: nightly-shop, parameters: {projects: [shop]" in problem.fix


def test_a_flow_that_is_not_there_is_one_problem_a_deployment(deployed: Checkout) -> None:
    deployed.edit("flows/pipeline.py", "def pipeline", "def pipe_line")
    problems = deployed.problems()
    assert [problem.says for problem in problems] == ["no flow at flows/pipeline.py:pipeline"] * 3


@pytest.mark.parametrize("text", ["deployments: {", "deployments: 3\n", "[1, 2]\n"])
def test_a_file_that_is_none_is_one_problem(deployed: Checkout, text: str) -> None:
    deployed.write("prefect.yaml", text)
    problem = deployed.only_problem()
    assert (problem.rule, problem.place) == ("deployment", "prefect.yaml")
    assert problem.fix == "mend prefect.yaml"


def test_a_checkout_without_the_file_needs_no_deployments(checkout: Checkout) -> None:
    assert checkout.problems() == []
