"""Features told event by event over real files, against the batch; what is counted once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from penstock.core.config import Params
from penstock.core.errors import PenstockError
from penstock.features.errors import ColumnUnfit, EventLate, MissingColumn
from penstock.serving.contracts import Features
from penstock.serving.online.errors import (
    AlreadyCounted,
    IdReused,
    StatesTaken,
    StatesUnreachable,
)
from penstock.serving.online.opening import open_features
from tests.online_world import DELAY, WARM, Replay, Town, differing, town
from tests.processes import wait_until

START = WARM


@pytest.fixture(scope="module")
def world() -> Town:
    return town()


@pytest.fixture
def features(world: Town, tmp_path: Path) -> Iterator[Features]:
    """Over states of no data, all entities new."""
    params = world.workspace(tmp_path, 0)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    yield features
    features.close()


def test_five_thousand_events_give_what_a_batch_gives_to_the_bit(
    world: Town, tmp_path: Path, warm_workspace: Callable[[Path], Params]
) -> None:
    """Warm from the data; stopped and started again in the middle; labels and events come twice."""
    params = warm_workspace(tmp_path)
    said: list[str] = []
    features = open_features(tmp_path, params, "fraud", said.append)
    replay, end = Replay(world, START), START + 5_000
    events = world.events(0)
    for row in range(START, end):
        replay.post(features, row)
        features.settle(events[row], b"%d" % row)
        if row % 500 == 250:
            assert features.admit(events[row - 3]).earlier == b"%d" % (row - 3)
            assert features.learn(world.labels()[row - 2_000 : row - 1_990]) == 0
        if row == START + 2_500:
            features.close()
            features = open_features(tmp_path, params, "fraud", said.append)
    assert replay.new_labels > 3_000
    assert differing(replay.made[START:end], world.expected[START:end]) == 0
    assert features.names[0] == "amount"
    features.close()
    assert said == []  # there was nothing to make


def test_an_event_that_comes_again_before_its_answer_has_the_same_features(
    features: Features, world: Town
) -> None:
    first, second = world.events(0, 2)
    vector = features.admit(first).vector
    again = features.admit(first)
    assert again.earlier is None
    assert again.vector.tobytes() == vector.tobytes()
    features.settle(first, b"answer")
    assert features.admit(first).earlier == b"answer"
    assert features.admit(second).vector.tobytes() == world.expected[1].tobytes()


def test_what_was_answered_is_remembered_by_the_next_process(world: Town, tmp_path: Path) -> None:
    params = world.workspace(tmp_path, 0)
    first, second = world.events(0, 2)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    vector = features.admit(first).vector
    features.admit(second)
    features.settle(first, b'{"id": "7"}')
    features.close()
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    assert features.admit(first).earlier == b'{"id": "7"}'
    again = features.admit(second)
    assert again.earlier is None and len(again.vector) == len(vector)
    features.close()


def test_one_id_with_two_bodies_is_refused(features: Features, world: Town) -> None:
    first = world.events(0, 1)[0]
    features.admit(first)
    with pytest.raises(IdReused, match=r"transaction_id 0 came before with other values"):
        features.admit(first | {"amount": first["amount"] + 1})


def test_an_event_that_the_data_holds_is_not_counted_again(
    world: Town, tmp_path: Path, warm_workspace: Callable[[Path], Params]
) -> None:
    params = warm_workspace(tmp_path)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    with pytest.raises(AlreadyCounted, match=f"transaction_id {START - 1} is counted already"):
        features.admit(world.events(START - 1, START)[0])
    features.close()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"time": 0}, EventLate),
        ({"amount": float("nan")}, ColumnUnfit),
        ({"customer": None}, ColumnUnfit),
        ({"transaction_id": "x"}, ColumnUnfit),
        ({"terminal": ...}, MissingColumn),
    ],
)
def test_an_event_that_cannot_be_taken_is_refused_and_leaves_no_trace(
    features: Features, world: Town, change: dict[str, object], error: type[PenstockError]
) -> None:
    for event in world.events(0, 200):
        features.admit(event)
    event = world.events(200, 201)[0] | change
    with pytest.raises(error):
        features.admit({name: value for name, value in event.items() if value is not ...})
    made = features.admit(world.events(200, 201)[0]).vector
    assert np.isnan(made).sum() == 0
    assert made.tobytes() == world.expected[200].tobytes()


def test_labels_count_once_and_unknown_ones_never(features: Features, world: Town) -> None:
    for event in world.events(0, 100):
        features.admit(event)
    labels = world.labels()[:100]
    strange = [{**labels[0], "transaction_id": 10**6}, {**labels[1], "terminal": 10**6}]
    assert features.learn(labels[:60]) == 60
    assert features.learn(labels[:70]) == 10
    assert features.learn([*labels[90:95], *labels[90:95]]) == 5
    assert features.learn(strange[:1]) == 0
    with pytest.raises(ColumnUnfit, match="expected 0 or 1, found 2"):
        features.learn([labels[80], labels[81] | {"label": 2}])
    assert features.learn([labels[80]]) == 1  # of the refused call nothing was counted


def test_a_label_that_comes_late_counts_from_then_on(features: Features, world: Town) -> None:
    base = {"customer": 1, "terminal": 1, "amount": 5.0}
    place = features.names.index("terminal_frauds_28d")
    features.admit({**base, "transaction_id": 1, "time": DELAY})
    told = features.admit({**base, "transaction_id": 2, "time": 3 * DELAY}).vector[place]
    label = {"transaction_id": 1, "customer": 1, "terminal": 1, "label": 1}
    assert features.learn([label | {"known_at": 3 * DELAY + 2}]) == 1
    early = features.admit({**base, "transaction_id": 3, "time": 3 * DELAY + 1}).vector[place]
    late = features.admit({**base, "transaction_id": 4, "time": 3 * DELAY + 2}).vector[place]
    assert [told, early, late] == [0, 0, 1]


def test_a_second_process_is_kept_out(world: Town, tmp_path: Path) -> None:
    params = world.workspace(tmp_path, 0)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    with pytest.raises(StatesTaken, match=r"belongs to a server \(process \d+"):
        open_features(tmp_path, params, "fraud", lambda line: None)
    features.close()
    open_features(tmp_path, params, "fraud", lambda line: None).close()


def test_a_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again(
    world: Town, tmp_path: Path
) -> None:
    params = world.workspace(tmp_path, 0)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    events = world.events(0, 601)
    for event in events[:100]:
        features.admit(event)
    features.flush()
    writers = [file.writer for file in (features._journal._file, features._states._file)]
    for one in writers:  # SQLite's own way to be full
        pages = one.execute("PRAGMA page_count").fetchone()[0]
        one.execute(f"PRAGMA max_page_count = {pages}")
    for event in events[100:600]:
        features.admit(event)
    wait_until(lambda: features.problem)
    assert features.problem == "database or disk is full"
    with pytest.raises(sqlite3.OperationalError):
        features.checkpoint()
    for one in writers:
        one.execute("PRAGMA max_page_count = 1000000")
    wait_until(lambda: not features.problem and not features.state().waiting)
    features.close()
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    assert all(len(features.admit(event).vector) == 33 for event in events[:600])
    assert features.admit(events[600]).vector.tobytes() == world.expected[600].tobytes()
    features.close()


def test_a_disk_that_stays_full_is_an_error_at_the_end_and_lets_others_in(
    world: Town, tmp_path: Path
) -> None:
    params = world.workspace(tmp_path, 0)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    features._journal._file.writer.execute("PRAGMA max_page_count = 1")
    for event in world.events(0, 600):
        features.admit(event)
    with pytest.raises(StatesUnreachable, match="database or disk is full"):
        features.close()
    open_features(tmp_path, params, "fraud", lambda line: None).close()
