"""What a runner may ask of a stage."""

from __future__ import annotations

import pytest

from tests.unit.engine.lint.conftest import Checkout

META = "{cores: 2, memory: 4GiB, timeout: 2h, retries: 1}"


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ("{coers: 2, memory: 4GiB, timeout: 2h, retries: 1}", "did you mean 'cores'?"),
        ("{cores: 0, memory: 4GiB, timeout: 2h, retries: 1}", "meta.cores: found 0"),
        ("{cores: 2, memory: 4GB, timeout: 2h, retries: 1}", "meta.memory: found '4GB'"),
        ("{cores: 2, memory: 4GiB, timeout: 2, retries: 1}", "meta.timeout: found 2"),
        ("{cores: 2, memory: 4GiB, timeout: 2h, retries: -1}", "meta.retries: found -1"),
        ("{cores: 2, memory: 4GiB, timeout: 2h}", "meta.retries: missing"),
        ("[2, 4GiB]", "expected a mapping"),
    ],
)
def test_a_malformed_meta_is_said_once_for_all_stages_of_a_template(
    checkout: Checkout, meta: str, says: str
) -> None:
    checkout.edit("dvc.yaml", META, meta)
    problem = checkout.only_problem()
    assert problem.rule == "meta"
    assert says in problem.says
    assert problem.fix.startswith("mend meta of train: {cores: 1, ")
