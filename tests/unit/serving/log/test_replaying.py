"""The score again: the same bits, or a plain no."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile, NotKept
from penstock.serving.contracts import Prediction
from penstock.serving.log.errors import BasisGone
from penstock.serving.log.listed import Place, read_listed
from penstock.serving.log.opening import open_reader
from penstock.serving.log.replaying import replay, replay_day
from tests.champions import PROJECT, keep
from tests.predictions import make_list, make_prediction, open_sums, write_log

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.open(tmp_path)
    for digit in "12":
        keep(made, tmp_path / "trained", digit)
    return made


def predicted(store: Store, number: int, digit: str = "1") -> Prediction:
    served = open_sums(store, PROJECT, digit * 64)
    row = np.array([[number / 3, 0.1, 2.0]], np.float32)
    [score] = served.rescore(row, "native")
    return make_prediction(
        number,
        origin=served.origin,
        scorer="native",
        vector=row.astype("<f4").tobytes(),
        score=float(score),
    )


def relist(one: Prediction) -> tuple[Place, ...]:
    """User 1 gets the same list again, user 2 another, and of user 3 nobody knows any more."""
    if one.entity == "3":
        raise BasisGone(one.id, "data/river/features", None)
    items = read_listed(one.listed).items
    return items if one.entity == "1" else items[::-1]


def test_a_score_is_the_same_again(store: Store) -> None:
    told = replay(store, predicted(store, 5), open_sums)
    assert told["equal"] and told["says"].startswith("equal: ")


def test_a_score_that_differs_in_the_last_bit_is_not_equal(store: Store) -> None:
    one = predicted(store, 5)
    other = make_prediction(
        5, origin=one.origin, vector=one.vector, score=float(np.nextafter(one.score, 9))
    )
    told = replay(store, other, open_sums)
    assert not told["equal"]
    assert told["says"].startswith(f"not equal: logged {other.score!r}, now {one.score!r}")


def test_a_model_that_was_lost_or_changed_is_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotKept):
        replay(store, make_prediction(1), open_sums)
    one = predicted(store, 1)
    (tmp_path / "champions" / PROJECT / "models" / ("1" * 64) / "model" / "model.json").write_text(
        "model 9"
    )
    with pytest.raises(BadFile):
        replay(store, one, open_sums)


def test_a_day_is_replayed_model_by_model(store: Store, tmp_path: Path) -> None:
    good = [predicted(store, number, "12"[number % 2]) for number in range(40)]
    bad = predicted(store, 50)
    bad = make_prediction(50, origin=bad.origin, vector=bad.vector, score=0.25)
    write_log(tmp_path, [*good, bad])
    told = replay_day(store, open_reader(tmp_path), PROJECT, FRIDAY, open_sums, relist)
    assert (told["predictions"], told["equal"], told["differ"]) == (41, 40, [bad.id])
    assert f"40 of 41 predictions of {FRIDAY}" in told["says"] and bad.id in told["says"]
    none = replay_day(store, open_reader(tmp_path), PROJECT, date(2026, 11, 19), open_sums, relist)
    assert (none["predictions"], none["differ"]) == (0, [])


def test_lists_of_a_day_are_made_again(store: Store, tmp_path: Path) -> None:
    same, other, lost = (make_list(number, entity=str(number)) for number in (1, 2, 3))
    write_log(tmp_path, [predicted(store, 0), same, other, lost])
    told = replay_day(store, open_reader(tmp_path), PROJECT, FRIDAY, open_sums, relist)
    assert (told["predictions"], told["equal"]) == (4, 2)
    assert (told["differ"], told["gone"]) == ([other.id], [lost.id])
    assert f"these are not: {other.id}" in told["says"]
    assert f"made from is not here: {lost.id}" in told["says"]
