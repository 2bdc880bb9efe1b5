"""A value changed in a YAML text: every other character stays."""

from __future__ import annotations

from typing import Any

import pytest

from penstock.effects.sweep.edit import NotEditable, edit_yaml
from tests.workspace import ROOT

TEXT = """\
# the head
candidates:
  a-flow: {name: flow, params: {depth: 3, rate: 0.1}}   # said beside
  a-block:
    name: block
    params:            # of the model
      depth: 3         # how deep

    budget: small
  a-long:
    params:
      {trees: 100,
       depth: 6}
  a-bare: {name: bare}
  a-empty:
    params: {}
  a-none:
    params:
  a-last:
    name: last

# the tail
other: [1, 2]
"""


def edited(key: str, name: str, value: Any) -> list[tuple[str, str]]:
    """The lines that differ: (before, after)."""
    after = edit_yaml(TEXT, {("candidates", key, "params", name): value}).splitlines()
    before = TEXT.splitlines()
    if len(before) == len(after):
        return [(b, a) for b, a in zip(before, after, strict=True) if a != b]
    new = [line for line in after if line not in before]
    assert [line for line in after if line not in new] == before
    return [("", line) for line in new]


@pytest.mark.parametrize(
    ("key", "name", "value", "before", "after"),
    [
        ("a-flow", "depth", 5, "{depth: 3, rate", "{depth: 5, rate"),
        ("a-flow", "trees", 9, "rate: 0.1}}   # said", "rate: 0.1, trees: 9}}   # said"),
        ("a-block", "depth", None, "depth: 3         # how", "depth: null         # how"),
        ("a-long", "depth", 0.05, "depth: 6}", "depth: 0.05}"),
        ("a-long", "rate", 1e-05, "depth: 6}", "depth: 6, rate: 1e-05}"),
        ("a-bare", "hidden", [100, 50], "bare}", "bare, params: {hidden: [100, 50]}}"),
        ("a-empty", "kind", "exact", "params: {}", "params: {kind: exact}"),
        ("a-none", "kind", "yes: no", "params:", 'params: {kind: "yes: no"}'),
        ("a-flow", "kind", "null", "rate: 0.1}}", 'rate: 0.1, kind: "null"}}'),
        ("a-flow", "on", True, "rate: 0.1}}", "rate: 0.1, on: true}}"),
    ],
)
def test_one_line_changes(key: str, name: str, value: Any, before: str, after: str) -> None:
    [(old, new)] = edited(key, name, value)
    assert old.replace(before, after) == new


def test_a_new_key_of_a_block_stands_below_its_last_one() -> None:
    text = edit_yaml(TEXT, {("candidates", "a-block", "params", "rate"): 0.3})
    assert "      depth: 3         # how deep\n      rate: 0.3\n\n    budget: small\n" in text


def test_a_block_without_params_gets_them() -> None:
    text = edit_yaml(TEXT, {("candidates", "a-last", "params", "rate"): 0.3})
    assert "    name: last\n    params: {rate: 0.3}\n\n# the tail\n" in text


def test_a_file_that_ends_without_a_line_break_is_edited_too() -> None:
    assert edit_yaml("a:\n  b: 1", {("a", "b"): 2}) == "a:\n  b: 2"
    assert edit_yaml("a:\n  b: 1", {("a", "c"): 2}) == "a:\n  b: 1\n  c: 2\n"


def test_several_values_at_once_leave_the_repositorys_file_as_it_is_but_for_them() -> None:
    before = (ROOT / "params.yaml").read_text()
    here = ("candidates", "fraud-xgboost", "params")
    changes = {(*here, "trees"): 120, (*here, "learning_rate"): 0.07, (*here, "gamma"): 0.5}
    after = edit_yaml(before, changes)
    differ = [
        (old, new)
        for old, new in zip(before.splitlines(), after.splitlines(), strict=True)
        if old != new
    ]
    assert len(differ) == 1
    assert "trees: 120" in differ[0][1] and "learning_rate: 0.07" in differ[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "base: &base {depth: 3}\na: *base\nb: *base\n",  # one value, two places
        "base: &base {depth: 3}\na:\n  <<: *base\n",
        "a: [1, 2]\n",
    ],
)
def test_what_cannot_be_changed_in_place_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(NotEditable, match=r"write by hand a\.depth: 5") as told:
        edit_yaml(text, {("a", "depth"): 5})
    assert "params.yaml can't be edited" in str(told.value)
