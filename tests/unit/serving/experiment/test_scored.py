"""Which events of the log count: those of the last two models, each entity in one arm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from penstock.core.dataset import Dataset, save
from penstock.serving.contracts import Origin, Prediction
from penstock.serving.experiment.errors import NothingToCompare
from penstock.serving.experiment.known import known_labels
from penstock.serving.experiment.scored import Scored, scored
from penstock.serving.log.labels import Label, open_labels
from penstock.serving.log.opening import open_reader
from tests.champions import PROJECT
from tests.predictions import DAY, NOON, ORIGIN, make_prediction, write_log

NET = Origin(PROJECT, "net", "9" * 64, "8" * 64, None, "7" * 64, "sql")
OLD = Origin(PROJECT, "old", "1" * 64, "2" * 64, None, "3" * 64, "sql")


def beside(number: int, **others: Any) -> Prediction:
    return make_prediction(number, **({"arm": "challenger", "origin": NET} | others))


def seen(root: Path, predictions: Sequence[Prediction], since: date | None = None) -> Scored:
    write_log(root, predictions)
    return scored(open_reader(root), PROJECT, since)


def test_each_event_is_in_its_arm(tmp_path: Path) -> None:
    found = seen(tmp_path, [make_prediction(1), beside(2), make_prediction(3), beside(9)])
    assert found.mode == "ab" and found.beside is None
    arms = zip(found.event_id.to_pylist(), found.challenger.tolist(), strict=True)
    # 1 came before both had answered; the entities of 2 and 9 are one
    assert dict(arms) == {"2": True, "3": False, "9": True}
    assert len(set(found.entity.tolist())) == 2
    assert (found.champion_model.candidate, found.challenger_model.candidate) == ("tree", "net")


def test_models_that_answer_no_more_do_not_count(tmp_path: Path) -> None:
    before = [make_prediction(1, origin=OLD), beside(2, origin=OLD)]
    found = seen(tmp_path, [*before, make_prediction(3), beside(4), make_prediction(5)])
    assert sorted(found.event_id.to_pylist()) == ["4", "5"]


def test_an_entity_that_both_answered_is_left_out(tmp_path: Path) -> None:
    both = [make_prediction(1, entity="a"), beside(2, entity="a")]
    others = [make_prediction(3, entity="b"), beside(4, entity="c")]
    again = make_prediction(5, entity="a")
    found = seen(tmp_path, [*both, *others, again])
    assert (sorted(found.event_id.to_pylist()), found.moved) == (["3", "4"], 1)


def test_a_shadow_is_held_against_the_answer_to_the_same_event(tmp_path: Path) -> None:
    shadows = [beside(n, arm="shadow", score=n / 10, at=NOON + 9000 + n) for n in (3, 1, 7)]
    found = seen(tmp_path, [*(make_prediction(n) for n in (1, 2, 3)), *shadows])
    assert found.mode == "shadow" and found.beside is not None
    pairs = zip(found.event_id.to_pylist(), found.scores, found.beside, strict=True)
    assert sorted(pairs) == [("1", 1 / 4, 0.1), ("3", 1 / 6, 0.3)]


def test_days_before_are_left_out(tmp_path: Path) -> None:
    early = [make_prediction(1), beside(2), make_prediction(3)]
    late = [make_prediction(4, at=NOON + DAY), beside(5, at=NOON + DAY + 1)]
    last = make_prediction(6, at=NOON + DAY + 2)
    found = seen(tmp_path, [*early, *late, last], date(2026, 11, 21))
    assert sorted(found.event_id.to_pylist()) == ["5", "6"]


@pytest.mark.parametrize(
    ("predictions", "says"),
    [
        ([], "nothing was answered"),
        ([make_prediction(1)], "only one model answered"),
        ([beside(1), beside(2)], "only one model answered"),
        ([make_prediction(1), beside(2)], "no two models answered at one time"),
        ([make_prediction(1), beside(2, arm="shadow")], "no event was scored by both"),
    ],
)
def test_a_log_without_two_models_says_what_to_do(
    tmp_path: Path, predictions: list[Prediction], says: str
) -> None:
    with pytest.raises(NothingToCompare, match=rf"{says}.*\n  fix: set serving.rollout.river"):
        seen(tmp_path, predictions)


def test_labels_come_from_the_data_and_from_posts_and_the_last_post_counts(
    tmp_path: Path,
) -> None:
    table = pa.table(
        {"payment": pa.array([1, 2, 3]), "fraud": pa.array([1, None, 0], pa.int8())}
    ).to_pandas()
    roles = {"signature": {"roles": {"id": "payment", "target": "fraud"}}}
    save(Dataset(tables={"labels": table}, notes=roles), tmp_path / "data" / PROJECT / "features")
    labels = open_labels(tmp_path)
    labels.write(PROJECT, [Label("3", 1.0, 1), Label("x", 1.0, 1), Label("x", 0.0, 2)])
    events = pa.array(["x", "3", "2", "1", "1", "99999999999999999999999", "no such"])
    known = known_labels(tmp_path, PROJECT, labels, events)
    np.testing.assert_array_equal(known, [0, 1, np.nan, 1, 1, np.nan, np.nan])
    other = known_labels(tmp_path, "never_built", labels, events)
    assert np.isnan(other).all()


def test_an_arm_never_becomes_another_by_the_order_of_the_log(tmp_path: Path) -> None:
    one = seen(tmp_path / "a", [make_prediction(1), beside(2), make_prediction(3)])
    other = seen(tmp_path / "b", [make_prediction(3), beside(2), make_prediction(1)])
    assert one.event_id == other.event_id and ORIGIN.key == other.champion_model.key
