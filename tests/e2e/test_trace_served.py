"""From a score back to its data, the score again, and a rollback that is followed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.settings import parse
from penstock.effects.champions import Store
from penstock.serving.contracts import Arm, Prediction, Served
from penstock.serving.log.ids import new_id
from penstock.serving.log.labels import Label, open_labels
from penstock.serving.log.opening import open_log
from penstock.serving.log.settings import LogSettings
from penstock.serving.rollout.rollout import Rollout
from penstock.serving.rollout.settings import RolloutSettings
from penstock.serving.served import open_served
from tests.champions import crown_built
from tests.workspace import edit_params, run

ROWS = 300
PENSTOCK = ("python", "-m", "penstock.cli")


@pytest.fixture(scope="module")
def served(built_workspace_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose last rows were answered by xgboost, with the forest as a shadow."""
    root = tmp_path_factory.mktemp("served") / "checkout"
    shutil.copytree(built_workspace_source, root, symlinks=True)
    crown_built(root, "fraud", "forest")
    crown_built(root, "fraud", "xgboost")
    return root


@pytest.fixture(scope="module")
def answered(served: Path) -> list[Prediction]:
    """What was answered, one for each scorer of every row, in the log of `served`."""
    store = Store.open(served)
    pointer = store.pointer("fraud")
    assert pointer is not None
    champion, shadow = (open_served(store, "fraud", k) for k in (pointer.key, pointer.previous[0]))
    rows = pd.read_parquet(served / "data" / "fraud" / "features" / "features.parquet").tail(ROWS)
    log = open_log(served, parse(LogSettings, {}, ""))
    made = [
        *predictions(champion, rows, "champion"),
        *predictions(shadow, rows, "shadow"),
    ]
    for one in made:
        log.append(one)
    log.close()
    return made


def predictions(model: Served, rows: pd.DataFrame, arm: Arm) -> Iterator[Prediction]:
    matrix = rows[list(model.inputs)].to_numpy(np.float32)
    scores, scorer = model.score(matrix)
    at = time.time_ns() // 1000
    for number, row in enumerate(rows.itertuples()):
        yield Prediction(
            id=new_id(at + number),
            at=at + number,
            project="fraud",
            arm=arm,
            origin=model.origin,
            scorer=scorer,
            event_id=str(row.transaction_id),
            entity=str(row.customer),
            event=json.dumps({"transaction_id": row.transaction_id}).encode(),
            vector=matrix[number].astype("<f4").tobytes(),
            score=float(scores[number]),
        )


def test_lineage_leads_from_an_id_to_the_source(served: Path, answered: list[Prediction]) -> None:
    one = answered[0]
    told = json.loads(run(served, *PENSTOCK, "lineage", one.id, "--json").stdout)
    assert told["event_id"] == one.event_id and told["score"] == one.score
    assert next(iter(told["features"])) == "amount" and None not in told["features"].values()
    assert told["model"]["key"] == one.origin.key
    hops, hop = [], told["made_from"]
    while hop:
        hops.append(hop["what"])
        hop = next(iter(hop["made_from"]), None)
    assert hops == ["model", "training", "features", "raw data", "source", "revision"]
    words = run(served, *PENSTOCK, "lineage", one.id).stdout
    assert one.origin.raw_sha256 in words and f"penstock replay {one.id}" in words


def test_an_id_that_nobody_gave_ends_in_the_fix(served: Path) -> None:
    done = run(served, *PENSTOCK, "lineage", new_id(time.time_ns() // 1000), check=False)
    assert done.returncode == 1
    assert "no prediction" in done.stderr and "fix: give the id" in done.stderr
    assert "Traceback" not in done.stderr


def test_replay_gives_the_same_bits(served: Path, answered: list[Prediction]) -> None:
    one = answered[0]
    told = json.loads(run(served, *PENSTOCK, "replay", one.id, "--json").stdout)
    assert told["equal"] and told["again"] == one.score
    today = datetime.now(UTC).date().isoformat()
    told = json.loads(run(served, *PENSTOCK, "replay", "--all", "--day", today, "--json").stdout)
    assert [(one["predictions"], one["equal"]) for one in told] == [(2 * ROWS, 2 * ROWS)]


def test_replay_says_no_where_a_score_is_another(served: Path, answered: list[Prediction]) -> None:
    told = {name: getattr(answered[0], name) for name in answered[0].__struct_fields__}
    other = Prediction(**(told | {"id": new_id(told["at"]), "score": told["score"] + 1e-9}))
    log = open_log(served, parse(LogSettings, {}, ""))
    log.append(other)
    log.close()
    done = run(served, *PENSTOCK, "replay", other.id, check=False)
    assert done.returncode == 1 and done.stdout.startswith("not equal: ")
    for path in (served / ".penstock" / "serving" / "log").rglob("*.parquet"):
        if len(pd.read_parquet(path, columns=["id"])) == 1:
            path.unlink()
    wrong = run(served, *PENSTOCK, "replay", check=False)
    assert wrong.returncode == 1 and "penstock replay --all" in wrong.stderr


def test_experiment_compares_the_two_on_labels_of_the_data_and_on_posted_ones(
    served: Path, answered: list[Prediction]
) -> None:
    edit_params(served, serving={"experiment": {"fraud": {"min_entities": 20}}})
    open_labels(served).write(
        "fraud", [Label(one.event_id, float(int(one.event_id) % 2), 1) for one in answered[:100]]
    )
    told = json.loads(run(served, *PENSTOCK, "experiment", "fraud", "--json").stdout)
    assert (told["mode"], told["champion"]["candidate"]) == ("shadow", "xgboost")
    scores = [[one.score for one in answered[side : side + 100]] for side in (0, ROWS)]
    labels = [int(one.event_id) % 2 for one in answered[:100]]
    briers = [np.mean((np.array(score) - labels) ** 2) for score in scores]
    assert told["champion"]["events"] >= 100
    if told["champion"]["events"] == 100:  # the data's last days have no labels yet
        assert told["champion"]["value"] == pytest.approx(briers[0])
        assert told["challenger"]["value"] == pytest.approx(briers[1])
    said = run(served, *PENSTOCK, "experiment", "fraud").stdout
    assert told["says"].split(":")[0] in said and "guard       not_finite: holds" in said
    late = run(served, *PENSTOCK, "experiment", "fraud", "--since", "2999-01-01", check=False)
    assert late.returncode == 1 and "nothing was answered" in late.stderr


def test_a_rollback_is_followed_by_the_models_that_are_in_use(served: Path) -> None:
    settings: dict[str, Any] = {"watch_seconds": 0.05}
    rollout = Rollout(served, "fraud", parse(RolloutSettings, settings, ""), open_served)
    rollout.start()
    try:
        assert rollout.choose("card")[0].origin.candidate == "xgboost"
        run(served, *PENSTOCK, "rollback", "fraud")
        end = time.monotonic() + 30
        while rollout.choose("card")[0].origin.candidate == "xgboost":
            assert time.monotonic() < end, rollout.state()
            time.sleep(0.01)
        assert rollout.choose("card")[0].origin.candidate == "forest"
    finally:
        rollout.close()
