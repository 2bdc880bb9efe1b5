"""Features over states that several servers share in a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from penstock.core.config import Params
from penstock.features.errors import EventLate
from penstock.serving.contracts import Features
from penstock.serving.online.errors import AlreadyCounted, IdReused, StatesUnreachable
from penstock.serving.online.opening import open_features
from tests.online_world import DELAY, Replay, differing, town
from tests.redis_server import redis_server


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address


@pytest.fixture
def params(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Of a workspace without data, over an empty Redis."""
    import redis

    redis.Redis.from_url(address).flushall()
    monkeypatch.setenv("PENSTOCK_STATES", address)
    return town().workspace(tmp_path, 0)


@pytest.fixture
def two(params: Params, tmp_path: Path) -> Iterator[tuple[Features, Features]]:
    """Two servers."""
    servers = [open_features(tmp_path, params, "fraud", lambda line: None) for _ in range(2)]
    yield servers[0], servers[1]
    for one in servers:
        one.close()


def test_two_servers_that_take_turns_give_what_a_batch_gives_to_the_bit(
    params: Params, tmp_path: Path
) -> None:
    """Warm from the data, which only the first of them reads."""
    start, end = 2_000, 2_600
    world = town()
    world.workspace(tmp_path, start)
    said: list[str] = []
    servers = [open_features(tmp_path, params, "fraud", said.append) for _ in range(2)]
    assert [line for line in said if "states made of" in line] == [said[1]]
    replay, events = Replay(world, start), world.events(0)
    for row in range(start, end):
        server, other = servers[row % 2], servers[1 - row % 2]
        replay.post(server, row)
        again = other.admit(events[row])
        assert again.earlier is None
        assert again.vector.tobytes() == replay.made[row].tobytes()
    assert replay.new_labels > 300
    assert differing(replay.made[start:end], world.expected[start:end]) == 0
    for one in servers:
        one.close()


def test_an_answer_of_one_server_is_remembered_by_the_other(
    two: tuple[Features, Features], params: Params, tmp_path: Path
) -> None:
    one, other = two
    first = town().events(0, 1)[0]
    one.admit(first)
    one.settle(first, b"yes")
    assert one.admit(first).earlier == b"yes"
    one.close()
    assert other.admit(first).earlier == b"yes"
    with pytest.raises(IdReused):
        other.admit(first | {"amount": 0.5})
    third = open_features(tmp_path, params, "fraud", lambda line: None)
    assert third.admit(first).earlier == b"yes"
    third.close()


def test_servers_that_count_one_terminal_at_once_lose_nothing(
    two: tuple[Features, Features],
) -> None:
    """Each event touches the one terminal; the last sees all the others, each once."""

    def post(server: int) -> list[float]:
        made = []
        for number in range(100):
            event = {"transaction_id": 2 * number + server, "time": DELAY, "customer": server}
            vector = two[server].admit(event | {"terminal": 7, "amount": 1.0}).vector
            made.append(vector[two[server].names.index("terminal_unlabelled")])
        return made

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(post, range(2))
    assert sorted([*first, *second]) == [float(count) for count in range(1, 201)]


def test_labels_count_once_whoever_gets_them(two: tuple[Features, Features]) -> None:
    world = town()
    for row, event in enumerate(world.events(0, 300)):
        two[row % 2].admit(event)
    labels = world.labels()[:300]
    assert two[0].learn(labels[:200]) == 200
    assert two[1].learn(labels) == 100
    assert two[0].learn(labels) == 0


def test_late_and_unremembered_events_are_refused(
    params: Params, tmp_path: Path, address: str
) -> None:
    import redis

    features = open_features(tmp_path, params, "fraud", lambda line: None)
    others = town().events(1, 300)
    for event in others:
        features.admit(event)
    with pytest.raises(EventLate):
        features.admit(others[10] | {"transaction_id": 10**6, "time": 0})
    client = redis.Redis.from_url(address)
    client.delete(*client.keys("penstock:*:id:*"))
    with pytest.raises(AlreadyCounted):
        features.admit(others[-1])
    features.close()


def test_a_redis_that_is_away_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_STATES", "redis://:secret@127.0.0.1:1/0")
    with pytest.raises(StatesUnreachable, match=r"redis at 127[.]0[.]0[.]1:1") as caught:
        open_features(tmp_path, town().workspace(tmp_path, 0), "fraud", lambda line: None)
    assert "secret" not in str(caught.value)
    assert caught.value.passing
