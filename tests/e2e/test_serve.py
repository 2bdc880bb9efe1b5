"""From a built workspace to a transaction that is scored, explained and traced, as told."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs import block_after
from tests.served_command import served
from tests.workspace import edit_params, run

PAGE = "docs/serve.md"


@pytest.mark.curriculum("O32", of="src/penstock/serving/app.py")
@pytest.mark.curriculum(
    "D02", of="src/penstock/projects/fraud/online.py", figure="fraud/xgboost-all"
)
def test_three_lines_lead_from_a_build_to_a_traced_transaction(built_workspace: Path) -> None:
    root = built_workspace
    promotion = yaml.safe_load((root / "params.yaml").read_text())["promotion"]
    promotion["fraud"]["candidate"] = "xgboost-all"  # it tells reasons, as not every model does
    edit_params(root, promotion=promotion)
    assert "waiting" in run(root, "penstock", "promote", "fraud").stdout
    refused = run(root, "penstock", "serve", check=False)
    assert refused.returncode == 1 and "--unjudged" in refused.stderr
    with served(root, "penstock", "serve", "fraud", "--unjudged", seconds=300) as port:
        prediction = _follow(f"http://127.0.0.1:{port}")
    assert prediction in run(root, "penstock", "lineage", prediction, "--json").stdout
    assert run(root, "penstock", "replay", prediction).returncode == 0


def _follow(url: str) -> str:
    """Call what the page calls, look at what comes, and the id of the first prediction."""
    score, explain, trace = block_after(PAGE, "from another shell", "").strip().splitlines()
    scored, explained = _curl(score, url), _curl(explain, url)
    assert 0 <= scored["score"] <= 1 and scored["decision"] in ("alert", "pass")
    assert explained["reasons"][0]["says"]
    total = explained["rest"] + explained["base"]
    total += sum(one["contribution"] for one in explained["reasons"])
    assert abs(total - explained["margin"]) < 1e-6
    traced = _curl(trace.replace("ID", scored["prediction_id"]), url)
    assert traced["score"] == scored["score"] and traced["event"]["amount"] == 412.5
    assert len(traced["data"]["raw_sha256"]) == 64
    assert traced["features"]["amount"] == 412.5
    assert traced["model"]["key"].startswith(scored["model"])
    again = _curl(score, url)
    assert again == scored  # the same id: the same answer, counted once
    prediction: str = scored["prediction_id"]
    return prediction


def _curl(line: str, url: str) -> Any:
    words = shlex.split(line.replace("http://127.0.0.1:8000", url))
    done = subprocess.run([*words, "-s"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_beyond_loopback_a_server_wants_keys(built_workspace: Path) -> None:
    root = built_workspace
    run(root, "penstock", "promote", "fraud")
    told = run(root, "penstock", "serve", "--unjudged", "--host", "0.0.0.0", check=False)
    assert told.returncode == 1
    assert "it would ask for no key" in told.stderr and "penstock key create" in told.stderr
    made = json.loads(run(root, "penstock", "key", "create", "shop", "--json").stdout)
    assert made["key"].startswith(f"penstock_{made['id']}_")
    listed = run(root, "penstock", "key", "list", "--json").stdout
    assert [one["name"] for one in json.loads(listed)] == ["shop"]
    assert made["key"] not in listed and made["sha256"] not in listed
    assert "revoked" in run(root, "penstock", "key", "revoke", "shop").stdout
    unknown = run(root, "penstock", "key", "revoke", "shop", check=False)
    assert unknown.returncode == 1 and "no key 'shop'" in unknown.stderr
