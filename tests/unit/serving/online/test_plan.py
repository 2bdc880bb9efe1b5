"""What is to be done before states may serve."""

from __future__ import annotations

import pytest

from penstock.serving.online.plan import Plan, plan
from penstock.serving.online.states_file import Facts


@pytest.mark.parametrize(
    ("facts", "data", "expected"),
    [
        (None, None, "begin"),
        (None, "new", "make"),
        (Facts("other"), None, "foreign"),
        (Facts("other", "new"), "new", "make"),
        (Facts("key", "new", latest=1), "new", "serve"),
        (Facts("key", "new", latest=1), None, "serve"),
        (Facts("key", "old", latest=1), "new", "catch up"),
        (Facts("key", None, latest=1), "new", "catch up"),
        (Facts("key"), "new", "make"),
    ],
)
def test_states_are_made_follow_or_serve(
    facts: Facts | None, data: str | None, expected: Plan
) -> None:
    assert plan(facts, "key", data) == expected
