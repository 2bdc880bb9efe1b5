"""Every key of params.yaml is checked by the owner that reads it, in the file as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from penstock.core.errors import ParamsError
from penstock.engine.check import check_params

PARAMS = (Path(__file__).resolve().parents[3] / "params.yaml").read_text(encoding="utf-8")


def problems(folder: Path, old: str, new: str) -> list[str]:
    assert old in PARAMS, f"{old!r} isn't in params.yaml"
    (folder / "params.yaml").write_text(PARAMS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        check_params(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: mirrors", "kind: mirors",
         r"projects\.creditcard\.source\.kind: found 'mirors'; .*did you mean 'mirrors'\?"),
        ("registry: pypi", "registry: pypy",
         r"source\.mirrors\.1\.registry: found 'pypy'; .*did you mean 'pypi'\?"),
        ("          member:", "          membr:",
         r"source\.mirrors\.1\.membr: unknown key .*did you mean 'member'\?"),
        ("customers: 5000", "customrs: 5000",
         r"projects\.fraud\.source\.settings\.customrs: unknown key .*mean 'customers'\?"),
        ("customers: 5000", "customers: many",
         r"projects\.fraud\.source\.settings\.customers: found 'many'; input should be a valid"),
        ("    features:\n      label_delay_days", "    features:\n      label_dely_days",
         r"projects\.fraud\.features\.label_dely_days: unknown key .*mean 'label_delay_days'\?"),
        ("    features:\n      label_delay_days: 7", "    features:\n      label_delay_days: -7",
         r"projects\.fraud\.features\.label_delay_days: found -7; input should be greater"),
        ("    features:\n      label_delay_days: 7", "    features:\n      label_delay_days: 3",
         r"projects\.fraud\.features\.label_delay_days: found 3; labels are known after 7 days"),
        ("radius: 5.0}\n      label_delay_days: 7", "radius: 5.0}\n      label_delay_days: 9",
         r"projects\.fraud\.features\.label_delay_days: found 7; labels are known after 9 days"),
        ("      bootstrap: 200", "      bootstrap: 2",
         r"projects\.fraud\.judging\.bootstrap: found 2; input should be greater than or equal"),
        ("      bootstrap: 200", "      daily_top: 100",
         r"projects\.fraud\.judging\.daily_top: it stands in projects\.fraud\.protocol too"),
        ("      bootstrap: 200", "      botstrap: 200",
         r"projects\.fraud\.judging\.botstrap: not here; did you mean 'bootstrap'\?"),
        ("decision: {alerts_a_day: 100}", "decision: {alerts_a_dy: 100}",
         r"projects\.fraud\.judging\.decision\.alerts_a_dy: unknown key .*'alerts_a_day'\?"),
        ("leads_on: test", "leads_on: tset", r"projects\.fraud\.protocol: leads_on 'tset' is none"),
        ("kind: prequential", "kind: preqential",
         r"protocol\.splits\.first\.kind: found 'preqential'; .*mean 'prequential'\?"),
        ("train_days: 7", "train_day: 7",
         r"protocol\.splits\.first\.train_day: unknown key .*mean 'train_days'\?"),
        ("method: mean", "methd: mean",
         r"projects\.fraud\.ensembles\.blend\.methd: unknown key .*did you mean 'method'\?"),
        ("method: mean", "method: mode",
         r"projects\.fraud\.ensembles\.blend\.method: found 'mode'"),
        ("model: forest", "model: forset",
         r"candidates\.fraud-forest\.model: no model 'forset' .*did you mean 'forest'\?"),
        ("params: {max_depth: 2}", "params: {max_dept: 2}",
         r"candidates\.fraud-tree-depth-2\.params\.max_dept: unknown key .*mean 'max_depth'\?"),
        ("splits: {first: {max_depth: null}}", "splits: {first: {max_depth: 0}}",
         r"candidates\.fraud-tree\.splits\.first\.max_depth: found 0; "),
        ("splits: {first: {max_depth: null}}", "splits: {frist: {max_depth: null}}",
         r"candidates\.fraud-tree\.splits\.frist: no such split; did you mean 'first'\?"),
        ("full: {max_samples: 1.0}", "full: {max_samples: 1.5}",
         r"candidates\.creditcard-forest\.budgets\.full\.max_samples: found 1\.5; "),
        ("small: {max_samples: 0.1}", "small: {max_samples: '0.1'}",
         r"candidates\.creditcard-forest\.budgets\.small\.max_samples: found '0\.1'; "),
    ],
)  # fmt: skip
def test_a_mistake_names_the_key_as_the_file_has_it(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    found = problems(tmp_path, old, new)
    assert any(re.search(says, problem) for problem in found), found


def test_mistakes_of_several_owners_are_told_at_once(tmp_path: Path) -> None:
    text = PARAMS.replace("bootstrap: 200", "bootstrap: 2").replace("max_depth: 2}", "max_dept: 2}")
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        check_params(tmp_path)
    keys = [problem.partition(":")[0] for problem in caught.value.problems]
    assert {
        "projects.fraud.judging.bootstrap",
        "projects.creditcard.judging.bootstrap",
        "candidates.fraud-tree-depth-2.params.max_dept",
    } <= set(keys)
