"""Back from a champion or a prediction to the source, in a workspace that `dvc repro` built."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.errors import UnknownName
from penstock.effects.champions import Store
from penstock.effects.provenance.hop import Hop
from penstock.effects.provenance.rows import UnknownRow
from penstock.effects.provenance.walk import Walk
from penstock.lineage import read_lock
from tests.champions import crown_built
from tests.workspace import edit_params, run

CHAIN = ["champion", "model", "training", "features", "raw data", "source", "revision"]
PREDICTIONS = "reports/fraud/predictions.parquet"


@pytest.fixture
def root(built_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    return built_workspace


def walk(root: Path, project: str = "fraud") -> Walk:
    return Walk(root, load_params(root), project)


def chain(hop: Hop) -> Iterator[Hop]:
    """The hops of a way that never forks."""
    yield hop
    while hop.made_from:
        [hop] = hop.made_from
        yield hop


def states(hop: Hop) -> dict[str, str | None]:
    return {one.what: one.state for one in chain(hop)}


def test_a_champion_leads_back_to_the_commit_of_its_lock(root: Path) -> None:
    version = crown_built(root, "fraud", "xgboost")
    hops = list(chain(walk(root).model()))
    assert [hop.what for hop in hops] == CHAIN
    assert {hop.state for hop in hops[1:]} == {"ok"}
    model, training, features, raw, source, revision = hops[1:]
    manifest = json.loads((root / "data/fraud/raw/manifest.json").read_text())
    assert {name: file.sha256 for name, file in raw.files.items()} == manifest["files"]
    assert features.facts["md5"] == read_lock(root).entry(training.name).deps[features.name]
    assert model.facts["key"] == version.key
    assert source.facts == json.loads((root / "data/sources/fraud.json").read_text())
    assert revision.name == run(root, "git", "rev-parse", "HEAD").stdout.strip()


def test_each_hop_says_what_became_of_it(root: Path) -> None:
    version = crown_built(root, "fraud", "xgboost")
    blocks = yaml.safe_load((root / "params.yaml").read_text())["candidates"]
    blocks["fraud-xgboost"]["params"]["trees"] = 11
    edit_params(root, candidates=blocks)
    run(root, "dvc", "repro", "train@fraud-xgboost")
    assert states(walk(root).model()) == {
        "champion": None, "model": "ok", "training": "other", "features": "ok",
        "raw data": "ok", "source": "ok", "revision": "ok",
    }  # fmt: skip
    (root / "champions/fraud/models" / version.key / "contract.json").unlink()
    shutil.rmtree(root / "data/fraud/features")
    raw = root / "data/fraud/raw/transactions.parquet"
    raw.unlink()
    raw.write_text("other")
    (root / "data/sources/fraud.json").write_text("{}")
    shutil.rmtree(root / ".git")
    model = walk(root).model()
    assert states(model) == {
        "champion": None, "model": "gone", "training": "other", "features": "gone",
        "raw data": "other", "source": "other", "revision": "gone",
    }  # fmt: skip
    files = next(hop for hop in chain(model) if hop.what == "model").files
    assert {name: file.state for name, file in files.items()} == {
        "contract.json": "gone", "model/model.json": "ok", "model/model.onnx": "ok",
        "model/model.ubj": "ok", "model/notes.json": "ok",
    }  # fmt: skip


def test_a_champion_whose_model_is_lost_ends_the_way_there(root: Path) -> None:
    version = crown_built(root, "fraud", "xgboost")
    shutil.rmtree(root / "champions/fraud/models" / version.key)
    assert states(walk(root).model()) == {"champion": None, "model": "gone"}


def test_without_a_champion_the_best_candidate_leads_back(root: Path) -> None:
    hops = list(chain(walk(root).model()))
    assert [hop.what for hop in hops] == ["candidate", *CHAIN[2:]]
    assert {hop.state for hop in hops} == {"ok"}
    board = json.loads(run(root, "penstock", "leaderboard", "fraud", "--json").stdout)[0]
    trained = [name for name in board["order"] if (root / "models/fraud" / name).is_dir()]
    assert hops[0].facts["candidate"] == trained[0]


def test_a_refreshed_source_and_changed_features_are_not_claimed_for_an_older_build(
    root: Path,
) -> None:
    record = root / "data/sources/fraud.json"
    record.write_text(record.read_text().replace("null", '"2018-05-01"'))
    manifest = root / "data/fraud/features/manifest.json"
    text = manifest.read_text()
    manifest.unlink()
    manifest.write_text(text + " ")
    hops = {hop.what: hop for hop in chain(walk(root).model())}
    assert hops["features"].state == "other"
    assert (hops["raw data"].state, hops["raw data"].files) == (None, {})
    assert (hops["source"].state, hops["source"].facts) == (None, {})


def test_a_prediction_leads_back_from_every_candidates_score(root: Path) -> None:
    crown_built(root, "fraud", "tree")
    frame = pd.read_parquet(root / PREDICTIONS)
    row = int(frame["row_id"].iloc[-1])
    mine = frame[frame["row_id"] == row]
    hop = walk(root).prediction(str(row))
    assert (hop.what, hop.state) == ("prediction", "ok")
    assert hop.facts["unit_id"] == int(mine["unit_id"].iloc[0])
    told = {
        (one.facts.get("candidate", one.name), at["split"], at["fold"]): at["score"]
        for one in hop.made_from
        for at in one.facts["rows"]
    }
    columns = mine[["candidate", "split", "fold", "score"]].itertuples(index=False)
    assert told == {(c, s, f): score for c, s, f, score in columns}
    blend = next(one for one in hop.made_from if one.what == "ensemble")
    assert {one.facts["candidate"] for one in blend.made_from} == set(blend.facts["members"])
    candidates = [one for one in hop.made_from if one.what == "candidate"]
    assert [one.facts["candidate"] for one in candidates if one.facts["champion"]] == ["tree"]
    for one in candidates:
        assert [below.what for below in chain(one)] == ["candidate", *CHAIN[2:]]
        assert {below.state for below in chain(one)} == {"ok"}


@pytest.mark.parametrize(
    ("row", "expected"), [("-1", r"it holds .* rows, ids \d+ to \d+"), ("x", "expected a number")]
)
def test_a_row_that_has_no_prediction_is_refused(root: Path, row: str, expected: str) -> None:
    with pytest.raises(UnknownRow, match=rf"no row_id '{row}'; {expected}.*\n  fix: give"):
        walk(root).prediction(row)


def test_a_misspelt_project_is_named(root: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'fraud'"):
        walk(root, "frau")


def test_the_command_prints_a_tree_and_nested_json(root: Path) -> None:
    version = crown_built(root, "fraud", "xgboost")
    printed = run(root, "penstock", "lineage", "fraud").stdout
    places = [printed.index(f"{what}  ") for what in CHAIN]
    assert places == sorted(places)
    assert "every hop is here as it was recorded" in printed
    value: Any = json.loads(run(root, "penstock", "lineage", "fraud", "--json").stdout)
    assert value["facts"]["key"] == version.key
    for what in CHAIN[1:]:
        [value] = value["made_from"]
        assert (value["what"], value["state"]) == (what, "ok")
    row = str(pd.read_parquet(root / PREDICTIONS)["row_id"].iloc[0])
    printed = run(root, "penstock", "lineage", "fraud", "--prediction", row).stdout
    assert printed.count("revision  ") == 1  # what all have in common is told once
    Path(Store.open(root).fetch("fraud", version.key) / "contract.json").write_text("{}")
    printed = run(root, "penstock", "lineage", "fraud").stdout
    assert "contract.json  other" in printed
    assert "fix: penstock rollback fraud" in printed and "git checkout" not in printed
    (root / "data/sources/fraud.json").unlink()
    printed = run(root, "penstock", "lineage", "fraud").stdout
    assert "the workspace as it was then: git checkout " in printed
