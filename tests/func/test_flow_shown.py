"""What a Prefect server shows of a run: the graph, the plan, each stage, and nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.func.flow_runs import (
    ALL,
    artifacts_of,
    ask,
    call,
    edges_of,
    flow_run_of,
    prefect_server,
    run,
    start,
    states,
    task_runs_of,
)
from tests.toy_graph import make_toy, ran


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[dict[str, str]]:
    with prefect_server(home) as env:
        yield env


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


EDGES = {("fetch@a", "join"), ("fetch@b", "join"), ("join", "sign")}


def test_the_run_shows_its_plan_its_edges_and_a_page_for_every_stage(
    toy: Path, home: Path, served: dict[str, str]
) -> None:
    status, output = run(toy, served)
    assert status == 0, output
    shown = artifacts_of(served, output)
    assert set(shown) == {"plan", "stage-fetch-a", "stage-fetch-b", "stage-join", "stage-sign"}
    assert shown["plan"] == [
        {"stage": address, "stale?": "yes", "why": "new: no entry in dvc.lock"} for address in ALL
    ]
    assert shown["stage-fetch-a"].startswith("# fetch@a: Ran, ")
    assert "| `data/a.txt` | `" in shown["stage-fetch-a"]
    assert edges_of(served, output) == EDGES
    assert flow_run_of(served, output)["state_name"] == "Completed"
    status, output = run(toy, served)
    assert flow_run_of(served, output)["state_name"] == "Cached"
    assert [row["stale?"] for row in artifacts_of(served, output)["plan"]] == ["no"] * 4
    stored = home / "storage"
    assert not stored.exists() or not any(stored.rglob("*"))


def test_what_a_failure_has_stopped_ends_as_not_ready_and_keeps_its_edges(
    toy: Path, served: dict[str, str]
) -> None:
    (toy / "fail-b").touch()
    status, output = run(toy, served)
    assert status == 1
    tasks = task_runs_of(served, output)
    assert {name: one["state_name"] for name, one in tasks.items()} == {
        "fetch@a": "Ran",
        "fetch@b": "Failed",
        "join": "Not ready",
        "sign": "Not ready",
    }
    assert {one["state_type"] for one in tasks.values()} == {"COMPLETED", "FAILED", "CANCELLED"}
    assert edges_of(served, output) == EDGES
    page = artifacts_of(served, output)["stage-fetch-b"]
    assert page.startswith("# fetch@b: Failed") and "no such river" in page
    assert flow_run_of(served, output)["state_name"] == "Failed"


def test_a_stage_that_hangs_is_ended_and_fails_with_its_reason(
    toy: Path, served: dict[str, str]
) -> None:
    text = (toy / "dvc.yaml").read_text()
    assert "cores: 2, timeout: 1m" in text
    (toy / "dvc.yaml").write_text(text.replace("cores: 2, timeout: 1m", "cores: 2, timeout: 2s"))
    (toy / "hang-join").touch()
    status, output = run(toy, served)
    assert status == 1
    ended = {"fetch@a": "Ran", "fetch@b": "Ran", "join": "Failed", "sign": "Not ready"}
    assert states(output) == ended
    said = task_runs_of(served, output)["join"]["state"]["message"]
    assert said.startswith("ended after its meta.timeout of 2s")


def test_of_two_runs_at_once_the_second_waits_and_finds_all_cached(
    toy: Path, served: dict[str, str]
) -> None:
    slow = {**served, "TOY_SECONDS": "2"}
    both = [start(toy, slow), start(toy, slow)]
    outputs = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum(output.count("waiting for the end of") for output in outputs) == 1
    assert sorted(ran(toy)) == ["a", "b", "join", "sign"]
    ended = [set(states(output).values()) for output in outputs]
    assert {"Ran"} in ended and {"Cached"} in ended


def test_the_form_in_the_ui_has_a_type_and_a_sentence_for_every_parameter(
    toy: Path, served: dict[str, str]
) -> None:
    script = "print(json.dumps(pipeline.parameters.model_dump()))"
    fields: dict[str, Any] = json.loads(call(toy, served, script))["properties"]
    names = ["targets", "projects", "refresh", "as_of", "branch", "promote", "force", "event"]
    assert list(fields) == names
    assert all(len(field["description"]) > 20 for field in fields.values())
    assert fields["targets"]["items"] == {"type": "string"}
    assert {"format": "date", "type": "string"} in fields["as_of"]["anyOf"]
    assert fields["refresh"]["type"] == "boolean"


def test_the_wait_before_each_further_attempt_doubles_up_to_ten_minutes(
    toy: Path, served: dict[str, str]
) -> None:
    said = call(toy, served, "from steps import retry_delays; print(retry_delays(8))")
    assert json.loads(said) == [10, 20, 40, 80, 160, 320, 600, 600]


def test_an_event_is_shown_with_its_payload_above_the_plan(
    toy: Path, served: dict[str, str]
) -> None:
    script = "print(pipeline(**json.loads(sys.argv[1]), return_state=True))"
    asked = {"targets": ["fetch@a"], "event": {"statistic": "psi", "value": 0.31}}
    output = call(toy, served, script, json.dumps(asked))
    found = ask(served, "artifacts/filter", {"artifacts": {"key": {"any_": ["plan"]}}})
    mine = [one for one in found if one["flow_run_id"] == flow_run_of(served, output)["id"]]
    assert "`fetch@a`" in mine[0]["description"]
    assert '"statistic": "psi"' in mine[0]["description"]
