"""`penstock explain`: reasons that sum to the score, and amounts that would pass, by the build."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.contracts import Signature, View
from penstock.core.dataset import load
from penstock.core.errors import ModelFileError
from penstock.effects.explain import NoReasons, UnknownRow, explain
from penstock.projects.fraud.features import FeatureSettings, featurize
from penstock.scoring.contract import load_model, read_contract
from penstock.scoring.inputs import signature_on
from tests.champions import crown_built
from tests.workspace import run


def highest(root: Path, rows: int = 8) -> list[str]:
    """Ids of the alerts that the report tells of, the highest scores first."""
    import pyarrow.parquet as pq

    told = pq.read_table(root / "models/fraud/xgboost/explanations.parquet").to_pandas()
    alerts = told[told["part"] == "alert"].sort_values("score", ascending=False)
    return [str(one) for one in alerts["row_id"].head(rows)]


def told(root: Path, row: str, project: str = "fraud") -> dict[str, Any]:
    return explain(root, load_params(root), project, row)


@pytest.mark.curriculum(
    "D03", of=("src/penstock/effects/explain.py", "src/penstock/scoring/reasons.py")
)
def test_reasons_rest_and_base_sum_to_the_log_odds_of_the_score(
    built_workspace_source: Path,
) -> None:
    for row in highest(built_workspace_source):
        found = told(built_workspace_source, row)
        shares = [one["contribution"] for one in found["reasons"]]
        assert sum(shares) + found["rest"] + found["base"] == pytest.approx(found["margin"])
        assert 1 / (1 + math.exp(-found["margin"])) == pytest.approx(found["score"], abs=1e-5)
        assert not found["champion"]


def test_what_would_pass_does_when_the_payment_itself_is_made_smaller(
    built_workspace_source: Path,
) -> None:
    root = built_workspace_source
    passing = []
    for row in highest(root, 30):
        found = told(root, row)
        if found["passes_below"]:
            below, folder = found["passes_below"], root / "models/fraud" / found["candidate"]
            assert score_at(root, folder, row, below - 0.01) < found["threshold"], row
            assert score_at(root, folder, row, below) >= found["threshold"], row
            assert score_at(root, folder, row, found["passes_from"]) < found["threshold"], row
            passing.append(row)
        if len(passing) == 3:
            break
    assert passing


def score_at(root: Path, folder: Path, row: str, amount: float) -> float:
    """The score of a payment, had its amount been another: featurized from the valid rows again."""
    valid = load(root / "data/fraud/valid")
    payments = valid.tables["transactions"]
    place = int(np.flatnonzero(payments["transaction_id"] == int(row))[0])
    payments = payments.iloc[: place + 1].copy()
    payments.loc[place, "amount"] = round(amount, 2)
    made = featurize(replace(valid, tables={"transactions": payments}), FeatureSettings())
    offered = Signature.from_notes(made.notes["signature"])
    signature = signature_on(folder, read_contract(folder), offered)
    own = replace(made, tables={"features": made.tables["features"].iloc[[place]]})
    model: Any = load_model(folder)
    return float(model.predict_proba(View(own, signature))[0])


def test_the_verb_says_so_in_words_and_as_json(built_workspace_source: Path) -> None:
    row = highest(built_workspace_source)[0]
    said = run(built_workspace_source, "penstock", "explain", "fraud", row).stdout
    found = json.loads(
        run(built_workspace_source, "penstock", "explain", "fraud", row, "--json").stdout
    )
    head, score, *lines = said.splitlines()
    assert head.startswith(f"{row} · 2018-") and " · EUR " in head
    assert score.startswith(f"score {found['score']:.3f} by {found['candidate']}")
    assert all(any(one["says"] in line for line in lines) for one in found["reasons"])
    assert f"{found['margin']:+8.2f}  log-odds of the score" in lines
    assert not found["would_pass"] or found["would_pass"] in lines


def test_a_project_without_words_or_amounts_is_explained_all_the_same(
    built_workspace_source: Path,
) -> None:
    ids = load(built_workspace_source / "data/creditcard/features").tables["features"].iloc[:, 0]
    found = told(built_workspace_source, str(ids.iloc[-1]), "creditcard")
    assert found["would_pass"] == ""
    assert all(one["says"].startswith(one["group"].replace("_", " ")) for one in found["reasons"])


def test_a_row_that_is_not_there_is_refused_with_those_that_are(
    built_workspace_source: Path,
) -> None:
    with pytest.raises(UnknownRow, match=r"no transaction_id '-1'; it holds .* ids 0 to"):
        told(built_workspace_source, "-1")
    done = run(built_workspace_source, "penstock", "explain", "fraud", "x", check=False)
    assert done.returncode == 1
    assert "fix: give one of those; reports/fraud/index.html" in done.stderr


def test_a_project_whose_models_can_not_tell_says_which_could(built_workspace: Path) -> None:
    path = built_workspace / "params.yaml"
    params = yaml.safe_load(path.read_text())
    for key, block in params["candidates"].items():
        if key.startswith("fraud-") and block["model"] in ("xgboost", "logistic"):
            block["model"] = "tree"
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    with pytest.raises(
        NoReasons, match=r"can't tell what .*\n  fix: list a candidate of model"
    ) as e:
        told(built_workspace, "0")
    assert "logistic" in str(e.value) and "xgboost" in str(e.value)


def test_the_champion_explains_where_there_is_one(built_workspace: Path) -> None:
    crown_built(built_workspace, "fraud", "logistic")
    found = told(built_workspace, highest(built_workspace)[0])
    assert (found["candidate"], found["champion"]) == ("logistic", True)
    assert found["would_pass"] == ""  # its score is no function of steps


def test_where_costs_decide_money_is_compared_and_a_smaller_amount_passes(
    built_workspace: Path,
) -> None:
    path = built_workspace / "reports" / "fraud" / "decisions.json"
    learnt = {"method": "isotonic", "score": [0.0, 1.0], "probability": [0.0, 0.5]}
    costs = {"review": 10.0, "loss_share": 1.0, "loss_fixed": 0.0, "false_alarm": 2.0}
    rule = {"alerts_a_day": None, "costs": costs}
    path.unlink()  # it may be a link into the cache
    path.write_text(
        json.dumps({"xgboost": {"rule": rule, "calibration": learnt, "threshold": 0.0}})
    )
    crown_built(built_workspace, "fraud", "xgboost")
    said = [told(built_workspace, row) for row in highest(built_workspace, 12)]
    for one in said:
        chance, amount = (
            one["score"] / 2,
            float(one["amount"].removeprefix("EUR ").replace(",", "")),
        )
        assert one["saves"] == pytest.approx(chance * amount - 10 - (1 - chance) * 2)
        assert (one["passes_below"] is None) == (one["saves"] < 0)
    # Half of 20.00 is not worth a review, whatever the score: so much would pass of any.
    below = [one["passes_below"] for one in said if one["passes_below"] is not None]
    assert below and min(below) >= 20


def test_a_champion_that_can_not_tell_is_said_so(built_workspace: Path) -> None:
    crown_built(built_workspace, "fraud", "tree")
    with pytest.raises(NoReasons, match="the champion, tree, can't tell"):
        told(built_workspace, "0")


def test_a_model_that_was_tampered_with_explains_nothing(built_workspace: Path) -> None:
    leader = told(built_workspace, "0")["candidate"]
    folder = built_workspace / "models" / "fraud" / leader / "model"
    file = next(one for one in folder.iterdir() if one.name != "model.json")
    content = bytearray(file.read_bytes())
    file.chmod(0o644)
    content[-2] ^= 1
    file.unlink()  # it may be a link into the cache
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match="expected sha256"):
        told(built_workspace, "0")
