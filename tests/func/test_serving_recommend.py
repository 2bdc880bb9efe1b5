"""Lists over HTTP: words and numbers of `penstock recommend`, by an index loaded once."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.core.config import load_params
from penstock.serving.app import make_app
from penstock.serving.log.ids import is_id
from penstock.serving.opening import open_state
from penstock.serving.state import State
from tests.champions import crown_built
from tests.shop import PROJECT
from tests.workspace import edit_params, run

PATH = f"/v1/{PROJECT}/recommend"


@pytest.fixture
def state(shop: Path, copy_of: Callable[[Path], Path]) -> Iterator[State]:
    root = copy_of(shop)
    state = open_state(root, load_params(root), [PROJECT])
    yield state
    state.close()


def asked(state: State, path: str, **body: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=make_app(state))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return await (client.post(path, json=body) if body else client.get(path))

    return asyncio.run(call())


def test_a_list_is_what_the_command_tells(state: State) -> None:
    cases: list[tuple[list[str], list[dict[str, Any]]]] = [
        (["7", "--top", "3"], [{"user": 7, "top": 3}, {"user": "7", "top": 3}]),
        (
            ["newcomer", "--without-category", "Drama"],
            [{"user": "newcomer", "without_category": ["Drama"]}],
        ),
        (["9", "--seen", "--top", "50"], [{"user": 9, "seen": True, "top": 50}]),
    ]
    for words, several in cases:
        told = run(state.root, "penstock", "recommend", PROJECT, *words, "--json").stdout
        for wanted in several:
            reply = asked(state, PATH, **wanted)
            assert reply.status_code == 200
            answer = reply.json()
            assert is_id(answer.pop("prediction_id")) and answer == json.loads(told)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"top": 3}, "add 'user'"),
        ({"user": 7, "top": 0}, "int >= 1"),
        ({"user": 7, "category": ["Drma"]}, "did you mean 'Drama'"),
        ({"user": 7, "since": 1990, "until": 1980}, "swap"),
        ({"user": 7, "top": 2, "fresh": 3}, "at most top"),
        ({"user": 7, "k": 3}, "no such field"),
    ],
)
def test_what_can_t_be_meant_is_a_422(state: State, wanted: dict[str, Any], says: str) -> None:
    reply = asked(state, PATH, **wanted)
    assert reply.status_code == 422 and says in reply.text


def test_another_champion_takes_over_and_a_damaged_one_does_not(state: State) -> None:
    before = asked(state, PATH, user=7).json()["candidate"]
    version = crown_built(state.root, PROJECT, "item-knn")
    assert state.reload() == {PROJECT: True}
    assert asked(state, PATH, user=7).json()["candidate"] == "item-knn"
    assert asked(state, f"/v1/{PROJECT}/model").json()["key"] == version.key
    assert not state.problems() and before
    pointer = state.root / "champions" / f"{PROJECT}.json"
    pointer.write_text(pointer.read_text()[:20])
    assert state.reload() == {PROJECT: False}
    assert PROJECT in state.problems()
    assert asked(state, PATH, user=7).json()["candidate"] == "item-knn"


def test_a_list_is_traced_counted_and_described(state: State) -> None:
    wanted = {"user": 7, "top": 3}
    answer = asked(state, PATH, **wanted).json()
    traced = asked(state, f"/v1/predictions/{answer['prediction_id']}")
    assert traced.status_code == 200
    told = traced.json()
    assert told["event"] == wanted and told["model"]["candidate"] == answer["candidate"]
    for logged, shown in zip(told["items"], answer["items"], strict=True):
        assert logged == {key: shown[key] for key in ("item", "score", "lane")}
    counted = re.findall(r"^penstock_predictions_total{(.*)} (.*)$", metrics(state), re.M)
    assert [(f'project="{PROJECT}"' in labels, count) for labels, count in counted] == [
        (True, "1.0")
    ]
    document = asked(state, "/openapi.json").json()
    answered = document["paths"][PATH]["post"]["responses"]["200"]
    assert answered["links"]["trace"]["parameters"]["prediction_id"]
    assert "prediction_id" in document["components"]["schemas"]["ItemList"]["required"]


def test_a_list_that_is_refused_is_not_on_record(state: State) -> None:
    assert asked(state, PATH, user=7, category=["Drma"]).status_code == 422
    assert state.log.state().taken == 0 and "penstock_predictions_total{" not in metrics(state)


def test_where_the_log_is_full_lists_are_shed(shop: Path, copy_of: Callable[[Path], Path]) -> None:
    root = copy_of(shop)
    edit_params(root, serving={"log": {"rows": 1, "flush_seconds": 60.0}})
    state = open_state(root, load_params(root), [PROJECT])
    try:
        statuses = [asked(state, PATH, user=7) for _ in range(2)]
        assert [one.status_code for one in statuses] == [200, 503]
        assert statuses[1].headers["retry-after"] and "prediction log" in statuses[1].text
    finally:
        state.close()


def metrics(state: State) -> str:
    return asked(state, "/metrics").text
