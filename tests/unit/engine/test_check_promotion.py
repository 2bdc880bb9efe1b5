"""The block `promotion` of params.yaml is checked to the last key, and against the other blocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.errors import ParamsError
from penstock.engine.check import check_params

ROOT = Path(__file__).resolve().parents[3]


def problems(folder: Path, project: str = "fraud", **terms: Any) -> list[str]:
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["promotion"] = {project: {**params["promotion"]["fraud"], **terms}}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        check_params(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"margn": 0.1}, r"promotion\.fraud\.margn: unknown key .*did you mean 'margin'\?"),
        ({"floor": "high"}, r"promotion\.fraud\.floor: found 'high'"),
        ({"metric": "precision"}, r"promotion\.fraud\.metric: found 'precision'; "),
        ({"bootstrap": 10}, r"promotion\.fraud\.bootstrap: found 10; input should be greater"),
        ({"candidate": "forset"}, r"promotion\.fraud\.candidate: .*did you mean 'forest'\?"),
        ({"candidate": "blend"}, r"promotion\.fraud\.candidate: no candidate 'blend'"),
        ({"guards": {"latncy": {}}}, r"guards\.latncy: unknown key .*did you mean 'latency'\?"),
        ({"guards": {"slices": {"amount": {"edges": [2, 1]}}}}, r"edges .* do not ascend"),
        ({"label_delay_days": 3}, r"promotion\.fraud\.label_delay_days: found 3; labels are known "
         r"after 7 days, says projects\.fraud\.(source|features): expected at least as many"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_key(
    tmp_path: Path, terms: dict[str, Any], says: str
) -> None:
    found = problems(tmp_path, **terms)
    assert any(re.search(says, one) for one in found), found


def test_terms_of_a_project_that_is_not_there_are_told(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "frad")
    assert found == "promotion.frad: no project 'frad'; did you mean 'fraud'?"
