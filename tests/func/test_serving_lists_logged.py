"""Every list that is answered is on record, leads back to its data, and can be made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.core.config import load_params
from penstock.core.dataset import load, save
from penstock.effects.champions import Store
from penstock.serving.log.opening import open_reader
from penstock.serving.opening import open_state
from penstock.serving.recommending import ListWanted
from penstock.serving.state import State
from tests.champions import crown_built
from tests.served_command import served
from tests.serving_schema import try_all
from tests.shop import PROJECT
from tests.workspace import edit_params, run

PENSTOCK = ("python", "-m", "penstock.cli")
WISHES: list[dict[str, Any]] = [
    {"user": 7, "top": 5},
    {"user": "newcomer", "without_category": ["Drama"]},
    {"user": 9, "seen": True, "top": 50, "fresh": 2},
    {"user": 3, "since": 1960, "until": 1960, "category": ["Western"]},  # no such film: empty
]


@pytest.fixture
def root(shop: Path, copy_of: Callable[[Path], Path]) -> Path:
    return copy_of(shop)


def answers(root: Path, wishes: list[dict[str, Any]] = WISHES) -> Iterator[dict[str, Any]]:
    """What a server answers that is stopped in the end."""
    state = open_state(root, load_params(root), [PROJECT])
    try:
        for wish in wishes:
            yield ask(state, wish)
    finally:
        state.close()


def ask(state: State, wish: dict[str, Any]) -> dict[str, Any]:
    answer = state.recommending[PROJECT].answer(ListWanted(**wish), json.dumps(wish).encode())
    told: dict[str, Any] = json.loads(answer)
    return told


def items(told: list[dict[str, Any]]) -> list[tuple[Any, float, str]]:
    return [(one["item"], one["score"], one["lane"]) for one in told]


def test_a_list_leads_back_to_its_model_and_its_data(root: Path) -> None:
    version = crown_built(root, PROJECT, "item-knn")
    [answer] = answers(root, WISHES[:1])
    told = json.loads(run(root, *PENSTOCK, "lineage", answer["prediction_id"], "--json").stdout)
    assert told["event"] == WISHES[0] and told["entity"] == "7"
    assert items(told["items"]) == items(answer["items"]) and len(told["items"]) == 5
    assert (told["project"], told["arm"], told["returned"]) == (PROJECT, "champion", True)
    assert told["model"]["key"] == version.key
    assert told["model"]["sha256"] == version.files["contract.json"]
    assert told["data"]["lock_revision"] == version.lock_revision
    assert told["basis"]["trending"] == "popularity"
    hops, hop = [], told["made_from"]
    while hop:
        assert hop["state"] in ("ok", None)
        hops.append(hop["what"])
        hop = next(iter(hop["made_from"]), None)
    assert hops == ["model", "training", "features", "raw data", "source", "revision"]
    words = run(root, *PENSTOCK, "lineage", answer["prediction_id"]).stdout
    assert "5 items, for user 7" in words and str(answer["items"][0]["item"]) in words


def test_a_list_of_a_build_that_nobody_promoted_leads_back_too(root: Path) -> None:
    [answer] = answers(root, WISHES[:1])
    told = json.loads(run(root, *PENSTOCK, "lineage", answer["prediction_id"], "--json").stdout)
    assert told["made_from"]["what"] == "candidate" and told["made_from"]["state"] == "ok"
    assert told["model"]["key"] == told["made_from"]["facts"]["key"]
    assert not Store.open(root).versions(PROJECT)


def test_lists_are_made_again_by_the_model_that_answered_then(root: Path) -> None:
    crown_built(root, PROJECT, "item-knn")
    told = list(answers(root))
    crown_built(root, PROJECT, "ease")
    told += answers(root)
    assert {one["candidate"] for one in told} == {"item-knn", "ease"}
    shutil.rmtree(root / "models" / PROJECT / "item-knn")  # the store has it
    [day] = json.loads(run(root, *PENSTOCK, "replay", "--all", "--json").stdout)
    assert (day["predictions"], day["equal"]) == (8, 8), day
    again = json.loads(run(root, *PENSTOCK, "replay", told[0]["prediction_id"], "--json").stdout)
    assert again["equal"] and items(again["again"]) == items(told[0]["items"])
    assert told[3]["items"] == []  # of which there is nothing but that it was empty
    assert "equal: 0 items" in run(root, *PENSTOCK, "replay", told[3]["prediction_id"]).stdout


def test_replay_says_what_is_gone_where_the_tables_are_others(root: Path) -> None:
    [answer] = answers(root, WISHES[:1])
    features = root / "data" / PROJECT / "features"
    dataset = load(features)
    tables = dict(dataset.tables)
    tables["interactions"] = tables["interactions"].iloc[:-1]
    save(type(dataset)(tables, notes=dataset.notes), features)
    done = run(root, *PENSTOCK, "replay", answer["prediction_id"], check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"data/{PROJECT}/features is not what the list was made from" in done.stderr
    assert "git checkout" in done.stderr and "dvc checkout" in done.stderr
    shutil.rmtree(features)
    done = run(root, *PENSTOCK, "replay", "--all", check=False)
    assert done.returncode == 1 and answer["prediction_id"] in done.stdout


@pytest.mark.parametrize("candidate", ["popularity", "ease"])
def test_replay_says_which_model_is_gone(root: Path, candidate: str) -> None:
    [answer] = answers(root, WISHES[:1])
    assert answer["candidate"] == "ease"
    shutil.rmtree(root / "models" / PROJECT / candidate)
    done = run(root, *PENSTOCK, "replay", answer["prediction_id"], check=False)
    assert done.returncode == 1 and f"models/{PROJECT}/{candidate} is not what" in done.stderr


def test_a_running_server_tells_where_a_list_came_from_and_obeys_its_description(
    root: Path,
) -> None:
    edit_params(root, serving={"log": {"flush_seconds": 0.01}})
    with served(root, *PENSTOCK, "serve", PROJECT, seconds=120) as port:
        came = try_all(port, 20)
        assert {200, 422} <= set(came) and max(came) < 500, came
    ids = [one["id"] for t in open_reader(root).tables(PROJECT) for one in t.to_pylist()]
    assert ids and len(ids) == len(set(ids))
