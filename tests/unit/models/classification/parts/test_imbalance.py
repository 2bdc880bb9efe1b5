"""Rows left out or made up, and positives that weigh what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.core.errors import ParamsError
from penstock.models.classification.parts.imbalance import (
    BadWeights,
    ImbalanceSettings,
    Resample,
    balance,
)
from penstock.models.training.matrix import NotFinite

NAMES = ("amount", "risk")


def rows_of(positives: int, negatives: int = 400) -> tuple[Array, Array]:
    """Positives lie around (5, 5), negatives around (0, 0)."""
    rng = np.random.default_rng(0)
    target = np.r_[np.ones(positives, np.int64), np.zeros(negatives, np.int64)]
    return (rng.normal(5 * target[:, None], 1, (len(target), 2))).astype(np.float32), target


def resampled(positives: int, **how: object) -> tuple[Array, Array]:
    rows, target = rows_of(positives)
    asked = ImbalanceSettings(resample=Resample.model_validate(how))
    given = balance(rows, target, NAMES, asked, 3)
    assert given.weight is None
    return given.rows, given.target


def test_nothing_asked_is_nothing_done() -> None:
    rows, target = rows_of(10)

    given = balance(rows, target, NAMES, ImbalanceSettings(), 0)

    assert given.rows is rows
    assert given.target is target
    assert given.weight is None


def test_under_leaves_negatives_out_until_the_ratio_holds() -> None:
    rows, target = resampled(10, kind="under", ratio=0.1)

    assert np.bincount(target).tolist() == [100, 10]
    before, labels = rows_of(10)
    known = {row.tobytes(): label for row, label in zip(before, labels, strict=True)}
    assert [known[row.tobytes()] for row in rows] == target.tolist()
    assert len({row.tobytes() for row in rows}) == len(rows)


def test_smote_makes_positives_that_lie_between_positives() -> None:
    before, labels = rows_of(10)

    rows, target = resampled(10, kind="smote", ratio=0.2, neighbours=3)

    assert np.bincount(target).tolist() == [400, 80]
    assert np.array_equal(rows[: len(before)], before)
    made, real = rows[len(before) :], before[labels == 1]
    assert (made >= real.min(axis=0)).all()
    assert (made <= real.max(axis=0)).all()
    assert rows.dtype == np.float32


@pytest.mark.parametrize("kind", ["under", "pilot", "smote"])
def test_the_draw_depends_on_the_seed_alone(kind: str) -> None:
    rows, target = rows_of(10)
    asked = ImbalanceSettings(resample=Resample.model_validate({"kind": kind}))

    once, again, other = (balance(rows, target, NAMES, asked, seed).rows for seed in (1, 1, 2))

    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


@pytest.mark.parametrize("kind", ["under", "pilot", "smote"])
def test_rows_that_are_balanced_already_stay(kind: str) -> None:
    assert np.bincount(resampled(100, kind=kind, ratio=0.2)[1]).tolist() == [400, 100]


@pytest.mark.parametrize(("positives", "made"), [(1, 1), (2, 40), (4, 40)])
def test_smote_makes_do_with_few_positives(positives: int, made: int) -> None:
    assert resampled(positives, kind="smote", ratio=0.1)[1].sum() == made


def test_smote_refuses_gaps_and_under_takes_them() -> None:
    rows, target = rows_of(10)
    rows[3, 1] = np.nan
    smote, under = (
        ImbalanceSettings(resample=Resample.model_validate({"kind": kind}))
        for kind in ("smote", "under")
    )

    with pytest.raises(NotFinite, match="'risk': 1 of 410 values"):
        balance(rows, target, NAMES, smote, 0)
    assert len(balance(rows, target, NAMES, under, 0).rows) == 110


def test_positives_weigh_their_share_of_the_mean_amount() -> None:
    rows, target = rows_of(3, 2)
    rows[:, 0] = [10, 20, 60, 70, 80]

    weight = balance(rows, target, NAMES, ImbalanceSettings(weigh_by="amount"), 0).weight

    assert weight is not None
    assert weight.tolist() == pytest.approx([1 / 3, 2 / 3, 2, 1, 1])


def test_a_dear_positive_and_an_easy_negative_both_weigh_more() -> None:
    rows, target = rows_of(3)
    rows[:, 0] = np.abs(rows[:, 0])
    resample = Resample.model_validate({"kind": "pilot", "ratio": 0.03})

    given = balance(rows, target, NAMES, ImbalanceSettings(resample=resample, weigh_by="amount"), 0)

    assert given.weight is not None
    assert given.weight[given.target == 1].sum() == pytest.approx(3)
    assert sorted(set(given.weight[given.target == 0])) == [1, 7]


@pytest.mark.parametrize(
    ("amounts", "wrong"), [([1, -1, 2], 1), ([1, np.nan, np.nan], 2), ([0, 0, 0], 3)]
)
def test_amounts_that_are_no_weights_are_refused(amounts: list[float], wrong: int) -> None:
    rows, target = rows_of(3)
    rows[:3, 0] = amounts

    with pytest.raises(BadWeights, match=f"always 0 in {wrong} of 3 positives.*\n  fix: mend"):
        balance(rows, target, NAMES, ImbalanceSettings(weigh_by="amount"), 0)


def test_a_misspelt_input_is_told_apart() -> None:
    with pytest.raises(ParamsError, match="no input 'amont'; did you mean 'amount'"):
        balance(*rows_of(3), NAMES, ImbalanceSettings(weigh_by="amont"), 0)
