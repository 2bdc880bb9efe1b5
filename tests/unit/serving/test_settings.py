"""The block `serving` of params.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.errors import ParamsError
from penstock.engine.check import check_params
from penstock.serving.settings import Limits, serving_problems, serving_settings

ROOT = Path(__file__).resolve().parents[3]


def write(folder: Path, serving: Any) -> Path:
    params = yaml.safe_load((ROOT / "params.yaml").read_text()) | {"serving": serving}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    return folder


def test_no_block_is_a_server_with_defaults(tmp_path: Path) -> None:
    settings = serving_settings(load_params(write(tmp_path, {})))
    assert settings.limits == Limits() and settings.limits.body_bytes == 65_536


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"limit": {}}, "serving.limit: unknown key (found {}); did you mean 'limits'?"),
        ({"limits": {"in_flight": 0}}, "serving.limits.in_flight: found 0"),
        ({"limits": {"body_seconds": "5"}}, "serving.limits.body_seconds: found '5'"),
        ({"rate": {"per_second": -1}}, "serving.rate.per_second: found -1"),
        ({"log": {"rows": 0}}, "serving.log.rows: found 0"),
        ({"features": {"flush": 1}}, "serving.features.flush: unknown key"),
        (
            {"rollout": {"frod": {}}},
            "serving.rollout.frod: no project 'frod'; did you mean 'fraud'",
        ),
        ({"rollout": {"fraud": {"mode": "ab"}}}, "serving.rollout.fraud"),
    ],
)
def test_the_lint_tells_every_mistake_of_the_block(
    tmp_path: Path, block: dict[str, Any], says: str
) -> None:
    with pytest.raises(ParamsError) as told:
        check_params(write(tmp_path, block), serving_problems)
    assert any(problem.startswith(says) for problem in told.value.problems), told.value.problems
