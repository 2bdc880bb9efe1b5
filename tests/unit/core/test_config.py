"""The shell of params.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from penstock.core.config import Params, load_params
from penstock.core.errors import DocumentError, ParamsError, UnknownName

GOOD = """\
seed: 1
threads: 2
projects:
  bank:
    task: sorting
    candidates: [plain, forest]
    source: {kind: files}
    protocol: {}
    ensembles: {blend: {members: [plain, forest], method: mean}}
candidates:
  bank-plain: {project: bank, name: plain, task: sorting, model: plain}
  bank-forest:
    project: bank
    name: forest
    task: sorting
    model: forest
    params: {trees: 10, depth: 3}
    splits: {first: {depth: 9}}
    budget: small
    budgets: {small: {share: 0.2, depth: 4}, full: {share: 1.0}}
"""


def load(folder: Path, text: str) -> Params:
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return load_params(folder)


def test_a_good_file_loads_with_defaults(tmp_path: Path) -> None:
    params = load(tmp_path, GOOD)
    assert params.project("bank").ensembles["blend"].settings() == {"method": "mean"}
    assert params.project("bank").features == {}
    assert params.candidate("bank-plain").params == {}


def test_the_splits_values_win_over_the_budgets_and_those_over_params(tmp_path: Path) -> None:
    forest = load(tmp_path, GOOD).candidate("bank-forest")
    assert forest.hyperparameters("other") == {"trees": 10, "depth": 4, "share": 0.2}
    assert forest.hyperparameters("first") == {"trees": 10, "depth": 9, "share": 0.2}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed: 1", "sed: 1", r"sed: unknown key \(found 1\); did you mean 'seed'\?"),
        ("seed: 1", "seed: -1", "seed: found -1; input should be greater than or equal to 0"),
        ("seed: 1", "seed: one", "seed: found 'one'; input should be a valid integer"),
        ("threads: 2\n", "", r"threads: missing; expected int \(results depend on it"),
        ("    source:", "    sourc:", r"projects\.bank\.sourc: unknown key .* mean 'source'\?"),
        ("model: plain}", "modle: plain}", r"bank-plain\.modle: unknown .* mean 'model'\?"),
        ("members: [plain, forest]", "members: [plain]", r"blend\.members: found \['plain'\]; "),
        ("budget: small", "budget: smal", r"budget: found 'smal'; .* mean 'small'\?"),
        ("    budget: small\n", "", r"bank-forest\.budget: missing; say which of \['full', 'small"),
        ("budgets: {small: {share: 0.2, depth: 4}, full", "budgets: {full",
         r"budget: found 'small'; candidates\.bank-forest\.budgets knows \['full'\]"),
        ("[plain, forest]\n    source", "[plain, forst]\n    source",
         r"'forst' has no block candidates\.bank-forst; did you mean 'forest'\?"),
        ("[plain, forest]\n    source", "[plain]\n    source",
         r"projects\.bank\.candidates: lacks 'forest', which candidates\.bank-forest defines"),
        ("[plain, forest]\n    source", "[plain, forest, plain]\n    source",
         "lists 'plain' more than once"),
        ("[plain, forest]\n    source", "[]\n    source",
         r"projects\.bank\.candidates: found \[\]"),
        ("{project: bank, name: plain", "{project: bnak, name: plain",
         r"bank-plain\.project: no project 'bnak'; did you mean 'bank'\?"),
        ("name: plain, task: sorting", "name: plain, task: ranking",
         r"bank-plain\.task: found 'ranking'; its project's is 'sorting'"),
        ("name: plain,", "name: other,", "bank-plain: key and block disagree; expected key"),
        ("blend: {members", "plain: {members", r"ensembles\.plain: a candidate has that name"),
        ("members: [plain, forest]", "members: [plain, tree]", r"members: no candidate 'tree'"),
        ("  bank:\n", "  sources:\n", r"projects\.sources: expected the name of a Python package"),
        ("  bank:\n", "  my-bank:\n", r"projects\.my-bank: expected the name of a Python package"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(ParamsError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert any(re.search(says, problem) for problem in caught.value.problems), caught.value.problems


def test_a_file_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="expected a mapping of keys, found None"):
        load(tmp_path, "")


def test_a_missing_file_or_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        load_params(tmp_path)
    with pytest.raises(DocumentError, match=r"line 2: no YAML: found duplicate key"):
        load(tmp_path, "seed: 1\nseed: 2\n")


def test_an_unknown_project_or_candidate_gets_the_name_that_was_meant(tmp_path: Path) -> None:
    params = load(tmp_path, GOOD)
    with pytest.raises(UnknownName, match=r"no project 'bnk'.*did you mean 'bank'\?"):
        params.project("bnk")
    with pytest.raises(UnknownName, match=r"no candidate 'bank-tree'.*known|did you mean"):
        params.candidate("bank-tree")


def test_candidates_of_one_model_are_variants_of_the_first_listed(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).variants("bank") == {}
    same = load(tmp_path, GOOD.replace("model: forest", "model: plain"))
    assert same.variants("bank") == {"forest": "plain"}
    turned = GOOD.replace("model: forest", "model: plain").replace(
        "[plain, forest]\n    source", "[forest, plain]\n    source"
    )
    assert load(tmp_path, turned).variants("bank") == {"plain": "forest"}
