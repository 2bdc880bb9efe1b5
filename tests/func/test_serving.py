"""A real server on loopback: what it answers, on both of its ways, and what it refuses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.serving.log.opening import open_reader
from tests.serving_app import MUTE, crown_linear
from tests.serving_process import SCORE, Serving, event, request, running

BY_APP = "?explain=0"  # a query goes the way of any ASGI app


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with running(tmp_path_factory.mktemp("server"), limits={"body_seconds": 0.5}) as one:
        yield one


def test_an_event_is_scored_and_the_same_id_gets_the_same_answer(server: Serving) -> None:
    client = server.client()
    first = client.post(SCORE, event(100))
    assert first.status == 200
    assert first.json["project"] == "river" and first.json["arm"] == "champion"
    assert 0 < first.json["score"] < 1
    assert client.post(SCORE, event(100)).body == first.body
    assert client.post(SCORE + BY_APP, event(100)).body == first.body


CASES: list[tuple[int, dict[str, Any]]] = [
    (200, {"body": event(200)}),
    (200, {"body": event(201, rain=3)}),
    (200, {"body": [event(202), event(203, station=-1), event(204, rain=None), event(205)]}),
    (200, {"body": b" " + json.dumps(event(206)).encode()}),
    (400, {"body": b""}),
    (400, {"body": b"{"}),
    (400, {"body": b"[" * 50_000}),
    (400, {"body": b'{"level": NaN}'}),
    (413, {"body": b" " * 65_537}),
    (413, {"body": b"{" + b" " * 70_000 + b"}"}),
    (415, {"body": event(207), "content_type": "text/plain"}),
    (415, {"body": event(207), "content_type": ""}),
    (415, {"body": event(207), "content_encoding": "gzip"}),
    (422, {"body": b"null"}),
    (422, {"body": {}}),
    (422, {"body": []}),
    (422, {"body": [event(208)] * 101}),
    (422, {"body": event(209, level="high")}),
    (422, {"body": event(210, station=-1)}),
    (422, {"body": event(211, rain=None)}),
    (422, {"body": event(212, time="9999-01-01T00:00:00Z")}),
]


@pytest.mark.parametrize(("status", "asked"), CASES)
def test_both_ways_give_the_same_answer(
    server: Serving, status: int, asked: dict[str, Any]
) -> None:
    replies = []
    for query in ("", BY_APP):
        try:
            replies.append(server.client().post(SCORE + query, **asked))
        except ConnectionResetError:  # it hung up on a body that is too large while we sent it
            assert status == 413
    assert {one.status for one in replies} <= {status}
    for one in replies:
        kind = "application/json" if status == 200 else "application/problem+json"
        assert one.headers["content-type"] == kind
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["cache-control"] == "no-store"
        if status != 200:
            assert one.json["status"] == status and one.json["detail"]
    assert len({_without_ids(one.json) for one in replies}) <= 1


def _without_ids(body: Any) -> str:
    answers = body.get("answers", [body])
    for one in answers:
        one.pop("prediction_id", None)
    return json.dumps(answers)


@pytest.mark.curriculum("O10", of="src/penstock/serving/requests.py")
def test_a_list_is_answered_in_its_order_and_a_bad_event_hinders_none(server: Serving) -> None:
    asked = [event(300), event(301, station=-1), event(302, rain=None), event(303)]
    answers = server.client().post(SCORE, asked).json["answers"]
    assert [one["event_id"] for one in answers] == ["300", "301", "302", "303"]
    assert [one.get("status", 200) for one in answers] == [200, 422, 422, 200]


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", SCORE, 405, "takes POST"),
        ("DELETE", SCORE, 405, "takes POST"),
        ("POST", "/healthz", 405, "takes GET"),
        ("POST", "/v1/rivr/score", 404, "did you mean '/v1/river/score'"),
        ("GET", "/nothing", 404, "no path '/nothing'"),
        ("GET", "/v1/fraud/model", 404, "no project 'fraud'"),
        ("GET", "/v1/predictions/1", 404, "no prediction"),
        ("POST", SCORE + "?explian=1", 422, "did you mean 'explain'"),
        ("POST", SCORE + "?explain=maybe", 422, "query.explain"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    server: Serving, method: str, path: str, status: int, says: str
) -> None:
    client = server.client()
    client.send(request(method, path, event(400) if method == "POST" else None))
    reply = client.read()
    assert reply.status == status
    told = json.dumps(reply.json, ensure_ascii=False)
    assert says in told
    assert reply.headers["content-type"] == "application/problem+json"


def test_pipelined_requests_are_answered_in_their_order(server: Serving) -> None:
    client = server.client()
    paths = [SCORE, SCORE + BY_APP, "/healthz", SCORE, SCORE, SCORE + BY_APP]
    asked = [
        request("GET", path, None) if path == "/healthz" else request("POST", path, event(500 + n))
        for n, path in enumerate(paths)
    ]
    client.send(b"".join(asked))
    replies = [client.read().json for _ in paths]
    assert [one.get("event_id") for one in replies] == ["500", "501", None, "503", "504", "505"]


def test_a_request_may_come_a_byte_at_a_time(server: Serving) -> None:
    client = server.client()
    for byte in request("POST", SCORE, event(600)):
        client.send(bytes([byte]))
    assert client.read().json["event_id"] == "600"


@pytest.mark.parametrize("query", ["", BY_APP])
def test_a_body_in_chunks_is_taken_and_counted(server: Serving, query: str) -> None:
    head = request("POST", SCORE + query, None, content_length="", transfer_encoding="chunked")
    data = json.dumps(event(700)).encode()
    client = server.client()
    client.send(head + b"".join(b"1\r\n%c\r\n" % byte for byte in data) + b"0\r\n\r\n")
    assert client.read().status == 200
    client = server.client()
    client.send(head)
    with pytest.raises((EOFError, ConnectionError)):
        for _ in range(1000):
            client.send(b"1000\r\n" + b" " * 4096 + b"\r\n")
        assert client.read().status == 413
        client.read()


@pytest.mark.parametrize("query", ["", BY_APP])
def test_a_body_that_does_not_come_is_a_408(server: Serving, query: str) -> None:
    client = server.client()
    client.send(request("POST", SCORE + query, b"{", content_length="100"))
    assert client.read().status == 408
    with pytest.raises(EOFError):
        client.read()


def test_a_caller_who_hangs_up_leaves_no_trace(server: Serving) -> None:
    for query in ("", BY_APP):
        client = server.client()
        client.send(request("POST", SCORE + query, b"{", content_length="100"))
        client.socket.close()
    client = server.client()
    for _ in range(200):
        if "\npenstock_in_flight 0.0" in client.get("/metrics").body.decode():
            return
        time.sleep(0.01)
    pytest.fail("somebody is still counted in")


def test_garbage_is_refused_and_the_server_goes_on(server: Serving) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n"):
        client = server.client()
        client.send(garbage)
        assert client.read().status == 400
    assert server.client().get("/healthz").status == 200


@pytest.mark.curriculum("O24", of="src/penstock/serving/metrics.py")
def test_health_metrics_and_docs_need_nothing_but_the_server(server: Serving) -> None:
    client = server.client()
    assert client.get("/healthz").json == {"status": "live"}
    assert client.get("/readyz").json == {"ready": True, "projects": ["river"], "problems": {}}
    client.post(SCORE, event(800))
    told = client.get("/metrics").body.decode()
    assert 'penstock_request_seconds_count{route="score"}' in told
    assert 'penstock_predictions_total{arm="champion",model="aaaaaaaaaaaa"' in told
    page = client.get("/docs")
    assert page.status == 200 and b"/v1/river/score" in page.body
    assert b"https://" not in page.body and b"<script" not in page.body
    paths = client.get("/openapi.json").json["paths"]
    assert {SCORE, "/v1/river/labels", "/healthz", "/v1/predictions/{prediction_id}"} <= set(paths)


def test_reasons_come_on_request(server: Serving) -> None:
    told = server.client().post(f"{SCORE}?explain=1", event(900)).json
    assert told["reasons"][0]["says"] == "the level is high"
    total = told["rest"] + told["base"] + sum(one["contribution"] for one in told["reasons"])
    assert total == pytest.approx(told["margin"])


def test_a_model_that_tells_no_reasons_scores_all_the_same(tmp_path: Path) -> None:
    crown_linear(tmp_path, MUTE)
    with running(tmp_path) as server:
        told = server.client().post(f"{SCORE}?explain=1", [event(1), event(2)]).json["answers"]
        assert all(0 < one["score"] < 1 and "reasons" not in one for one in told)
        assert {one["unexplained"] for one in told} == {"it can't tell what its scores are made of"}


def test_a_label_is_taken_and_one_that_is_none_is_not(server: Serving) -> None:
    client, path = server.client(), "/v1/river/labels"
    label = {"gauge_id": 1, "flood": 1, "station": 7}
    assert client.post(path, [label, {**label, "gauge_id": 2}]).json == {"came": 2, "new": 2}
    refused = client.post(path, {**label, "flood": 2})
    assert refused.status == 422 and refused.json["faults"][0]["field"] == "flood"


def test_an_answer_can_be_traced_while_the_server_runs_and_after(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        client = server.client()
        told = client.post(SCORE, event(1)).json
        traced = client.get(f"/v1/predictions/{told['prediction_id']}").json
        assert traced["score"] == told["score"] and traced["event"] == event(1)
        assert traced["model"]["key"].startswith(told["model"])
        assert server.stop() == 0
    found = open_reader(tmp_path).find(told["prediction_id"])
    assert found is not None and found.score == told["score"]


def test_a_store_that_is_damaged_is_told_and_scoring_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        client = server.client()
        assert client.get("/v1/river/model").json["candidate"] == "tree"
        for version in (tmp_path / "champions").rglob("version.json"):
            version.write_text("{")
        told = client.get("/v1/river/model")
        assert told.status == 503 and "version.json" in told.json["detail"]
        assert client.post(SCORE, event(1)).status == 200
