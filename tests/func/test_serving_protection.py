"""Who is let in, how often, how many at once; and a stop that drops nobody."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from penstock.serving.log.opening import open_reader
from penstock.serving.protection.keyring import Keyring
from penstock.serving.protection.keys import make_key
from tests.processes import wait_until
from tests.serving_load import Load
from tests.serving_process import ANY_RATE, SCORE, Serving, event, request, running

NOW = "2026-01-01T00:00:00+00:00"
Keys = dict[str, str]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Keys, Keyring]]:
    folder = tmp_path_factory.mktemp("keyed")
    ring, texts = Keyring(folder / "keys.json"), {}
    for name, scopes, rate in (
        ("shop", ["score"], None),
        ("boss", ["score", "admin"], None),
        ("slow", ["score"], 0.5),
    ):
        key, texts[name] = make_key(name, scopes, NOW, rate)
        ring.add(key)
    with running(folder, keys=True, rate={"per_second": 5000.0, "burst": 10_000}) as server:
        yield server, {name: f"Bearer {text}" for name, text in texts.items()}, ring


def test_without_a_key_nothing_of_the_models_is_told(
    keyed: tuple[Serving, Keys, Keyring],
) -> None:
    client, keys = keyed[0].client(), keyed[1]
    for reply in (
        client.post(SCORE, event(1)),
        client.post(SCORE + "?explain=1", event(1)),
        client.post(SCORE, event(1), authorization="Bearer penstock_0123456789ab_x"),
        client.post(SCORE, event(1), authorization=keys["shop"][:-1]),
        client.get("/v1/river/model"),
        client.get("/v1/nothing"),
        client.get("/v1/predictions/1"),
    ):
        assert reply.status == 401 and reply.headers["www-authenticate"] == "bearer"
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"):
        assert client.get(path).status == 200


def test_a_key_opens_what_it_is_for(keyed: tuple[Serving, Keys, Keyring]) -> None:
    client, keys = keyed[0].client(), keyed[1]
    assert client.post(SCORE, event(2), authorization=keys["shop"]).status == 200
    assert client.get("/v1/admin/arms", authorization=keys["shop"]).status == 403
    assert client.get("/v1/predictions/1", authorization=keys["shop"]).status == 403
    assert client.get("/v1/admin/arms", authorization=keys["boss"]).status == 200


def test_more_than_its_rate_is_a_429_that_says_how_long(
    keyed: tuple[Serving, Keys, Keyring],
) -> None:
    client, keys = keyed[0].client(), keyed[1]
    replies = [client.post(SCORE, event(3), authorization=keys["slow"]) for _ in range(4)]
    assert [one.status for one in replies] == [200, 429, 429, 429]
    assert replies[1].headers["retry-after"] == "2"
    assert client.post(SCORE, event(3), authorization=keys["shop"]).status == 200


def test_a_revoked_key_opens_nothing_a_second_later(
    keyed: tuple[Serving, Keys, Keyring],
) -> None:
    server, _, ring = keyed
    key, text = make_key("guest", ["score"], NOW)
    client = server.client()

    def status() -> int:
        return client.post(SCORE, event(4), authorization=f"Bearer {text}").status

    ring.add(key)
    wait_until(lambda: status() == 200)
    ring.remove("guest")
    wait_until(lambda: status() == 401)


def test_the_server_writes_no_key_anywhere(keyed: tuple[Serving, Keys, Keyring]) -> None:
    server, keys, ring = keyed
    server.client().post(SCORE, event(5), authorization=keys["shop"])
    server.client().send(b"GET /" + keys["shop"].encode() + b"\r\n\r\n")
    secrets = [text.split("_", 2)[2].encode() for text in keys.values()]
    for path in ring.path.parent.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in secrets), path
    assert not any(s.decode() in server.client().get("/metrics").body.decode() for s in secrets)


def test_too_many_at_once_are_shed_and_told_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, limits={"in_flight": 4}, rate=ANY_RATE) as server:
        load = Load(server.port, connections=64)
        statuses = load.run(seconds=1.0)
        assert set(statuses) == {200, 503} and statuses[200] > 0
        assert load.lost == 0 and load.retry_after == {"1"}
        client = server.client()
        assert [client.post(SCORE, event(n)).status for n in range(20)] == [200] * 20
        told = client.get("/metrics").body.decode()
        assert 'penstock_shed_total{reason="full"}' in told and "penstock_in_flight 0.0" in told


def test_what_is_answered_is_logged_when_the_server_has_stopped(tmp_path: Path) -> None:
    with running(tmp_path, rate=ANY_RATE) as server:
        load = Load(server.port, connections=16)
        statuses = load.run(seconds=1.0)
        assert set(statuses) == {200} and load.lost == 0, statuses
        assert server.stop() == 0
    reader = open_reader(tmp_path)
    tables = reader.tables("river", columns=["id"])
    ids = [one for table in tables for one in table.column("id").to_pylist()]
    assert load.ids <= set(ids) and len(set(ids)) == len(ids)


def test_sigterm_turns_readiness_first_and_drops_nobody(tmp_path: Path) -> None:
    with running(tmp_path, limits={"drain_seconds": 0.5}, rate=ANY_RATE) as server:
        load = Load(server.port, connections=8)
        thread = _started(lambda: load.run(seconds=10.0))
        wait_until(lambda: len(load.ids) > 50)
        half = server.client()
        sent = request("POST", SCORE, event(10**6))
        half.send(sent[:-5])
        os.kill(server.process.pid, signal.SIGTERM)
        probe = server.client()
        wait_until(lambda: probe.get("/readyz").status == 503)
        load.leaves = True
        time.sleep(0.7)  # nobody is accepted any more, and half a request is still waited for
        half.send(sent[-5:])
        assert half.read().status == 200
        assert server.process.wait(timeout=20) == 0
        thread.join()
        assert load.lost == 0 and set(load.statuses) == {200}


def _started(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run)
    thread.start()
    return thread
