"""The ruling, and what a kept model's record must agree with."""

from __future__ import annotations

import pytest

from penstock.core.promotion import GuardResult, Judgement, Paired, PromotionTerms
from penstock.core.settings import parse
from penstock.effects.champions import TrainEntry, Version
from penstock.effects.judging import ForgedVersion, check_version, ruling
from penstock.lineage import Entry, Lock

TERMS = parse(
    PromotionTerms,
    {"metric": "auc", "margin": 0.1, "floor": 0.7, "label_delay_days": 7},
    "promotion.p",
)


def judgement(low: float, high: float, champion: float | None = 0.5, *guards: str) -> Judgement:
    primary = Paired("auc", "AUC", 0.8, champion, low, high)
    found = [GuardResult(name, "terms", "failed", 0.0) for name in guards]
    return Judgement("card", 10, 100, 20, primary, guards=found)


@pytest.mark.parametrize(
    ("low", "high", "wins"), [(0.11, 0.2, True), (0.1, 0.2, False), (0.05, 0.9, False)]
)
def test_the_whole_interval_must_lie_above_the_margin(low: float, high: float, wins: bool) -> None:
    assert ruling(judgement(low, high), TERMS, first=False)[0] is wins


def test_one_failed_guard_is_enough_to_stay_out_and_is_named() -> None:
    wins, why = ruling(judgement(0.2, 0.3, 0.5, "calibration"), TERMS, first=False)
    assert not wins
    assert why.endswith("lies above the margin 0.1, but it fails on: calibration")


@pytest.mark.parametrize(("low", "wins"), [(0.7, True), (0.69, False)])
def test_a_first_champion_reaches_the_floor_with_its_lower_bound(low: float, wins: bool) -> None:
    assert ruling(judgement(low, 0.9, None), TERMS, first=True)[0] is wins


def test_a_first_champion_that_fails_a_guard_stays_out() -> None:
    wins, why = ruling(judgement(0.8, 0.9, None, "ONNX"), TERMS, first=True)
    assert not wins
    assert why.endswith("reaches the floor 0.7, but it fails on: ONNX")


def version(**changes: object) -> Version:
    entry = Entry("train@p-c", {"data/p/features": "a"}, {"seed": 0}, {"models/p/c": "b"})
    record = {
        "project": "p",
        "candidate": "c",
        "task": "classification",
        "model": "classification/tree",
        "key": Lock({entry.address: entry}).content_key([entry.address]),
        "trained_through": "2018-05-01",
        "seed": 0,
        "lock_revision": None,
        "train_entry": TrainEntry(
            address=entry.address, deps=entry.deps, params=entry.params, outs=entry.outs
        ).model_dump(),
        "raw": {},
        "features": "a",
        "source": None,
        "files": {"contract.json": "0" * 64},
    }
    return parse(Version, record | changes, "version")


def test_a_record_that_agrees_with_itself_passes() -> None:
    check_version(version(), "2018-05-01")


def test_a_moment_that_the_contract_does_not_tell_is_a_forgery() -> None:
    with pytest.raises(ForgedVersion, match="trained_through 2018-04-01, its contract"):
        check_version(version(trained_through="2018-04-01"), "2018-05-01")


def test_a_training_that_does_not_hash_to_the_key_is_a_forgery() -> None:
    entry = version().train_entry.model_dump() | {"deps": {"data/p/features": "older"}}
    with pytest.raises(ForgedVersion, match=r"key is not that[\s\S]*fix: remove"):
        check_version(version(train_entry=entry), "2018-05-01")
