"""A subject in MLflow's terms."""

from __future__ import annotations

import pytest

from penstock.effects.batches import batches, metrics_of, tags_of
from penstock.effects.subject import Subject


def subject(**more: object) -> Subject:
    known: dict[str, object] = {
        "project": "river",
        "name": "net",
        "key": "ab",
        "model_key": "cd",
        "settings": {},
        "history": [],
        "scores": {},
        "files": {},
        "raw": {"rows.csv": "cd" * 32},
        "features": "ef.dir",
        "changed": (),
    }
    return Subject(**{**known, **more})  # type: ignore[arg-type]


def test_a_metric_goes_with_the_ends_of_its_interval() -> None:
    one = {"mean": 0.5, "std": 0.1, "n": 4, "low": 0.4, "high": 0.6, "unit": "card"}
    assert list(metrics_of(subject(scores={"test": {"recall@10": one}}))) == [
        ("test.recall_at_10", 0.5, 0),
        ("test.recall_at_10.low", 0.4, 0),
        ("test.recall_at_10.high", 0.6, 0),
    ]


def test_what_could_not_be_measured_is_left_out() -> None:
    one = {"mean": 0.5, "low": float("nan"), "high": None}
    assert list(metrics_of(subject(scores={"test": {"auc": one}}))) == [("test.auc", 0.5, 0)]


def test_history_is_told_by_epoch_for_each_split_and_fold() -> None:
    rows = [{"split": "test", "fold": 1, "epoch": 7, "loss": 0.5}]
    assert list(metrics_of(subject(history=rows))) == [("history/test/1/loss", 0.5, 7)]


def test_history_without_a_step_is_counted_within_each_fold() -> None:
    rows = [{"split": "test", "fold": fold, "loss": 0.5} for fold in (0, 0, 1)]
    assert [step for _, _, step in metrics_of(subject(history=rows))] == [0, 1, 0]


def test_one_raw_file_is_known_by_its_own_hash_and_several_by_their_list() -> None:
    assert tags_of(subject())["penstock.raw.sha256"] == "cd" * 32
    several = subject(raw={"a": "1" * 64, "b": "2" * 64})
    assert several.raw_digest not in several.raw.values()
    assert len(several.raw_digest) == 64


@pytest.mark.parametrize(("items", "sizes"), [(0, []), (3, [3]), (7, [3, 3, 1])])
def test_batches_hold_every_item_once(items: int, sizes: list[int]) -> None:
    made = list(batches(range(items), 3))
    assert [len(one) for one in made] == sizes
    assert [item for one in made for item in one] == list(range(items))
