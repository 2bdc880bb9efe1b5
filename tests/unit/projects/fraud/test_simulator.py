"""The simulator against its literal reading, and at the edges of its settings."""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from penstock.projects.fraud.simulator import SimulatorSettings, kernel, simulate
from tests.reference.literal_simulator import literal_simulate

SMALL = SimulatorSettings(customers=100, terminals=200, days=30, radius=8.0)


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    return simulate(SMALL)


@pytest.mark.parametrize(
    "size",
    [
        {"customers": 100, "terminals": 200, "days": 30, "radius": 8.0},
        {"customers": 60, "terminals": 20, "days": 45, "radius": 10.0},
        {"customers": 3, "terminals": 2, "days": 60, "radius": 150.0},
        {"customers": 40, "terminals": 50, "days": 1, "radius": 50.0},
    ],
    ids=["small", "cards without a terminal near", "smallest world", "one day"],
)
def test_every_row_equals_the_literal_reading_bit_for_bit(size: dict[str, Any]) -> None:
    ours = simulate(SimulatorSettings.model_validate(size))
    assert len(ours) > 0
    pd.testing.assert_frame_equal(ours, literal_simulate(**size), check_exact=True)


@pytest.fixture(scope="module")
def crowded() -> pd.DataFrame:
    """Large enough that a card pays twice in one second, out of terminal order."""
    return simulate(SimulatorSettings(customers=1000, terminals=300, days=183, radius=20.0))


def test_ties_within_a_card_are_settled_by_terminal_and_amount(crowded: pd.DataFrame) -> None:
    assert crowded.duplicated(["time", "customer"]).any()
    order = crowded.sort_values(["time", "customer", "terminal", "amount"]).index
    assert (order == crowded.transaction_id).all()


def test_an_amount_above_220_is_a_fraud_and_one_just_below_is_not(crowded: pd.DataFrame) -> None:
    alone = crowded[crowded.scenario < 2]
    assert alone.amount.between(219, 220).any()
    assert ((alone.amount > 220) == (alone.scenario == 1)).all()


def test_all_three_scenarios_occur_and_each_is_a_fraud(small: pd.DataFrame) -> None:
    long = simulate(SMALL.model_copy(update={"days": 90, "terminals": 2000}))
    assert set(long.scenario) == {0, 1, 2, 3}
    assert (long.label == (long.scenario > 0)).all()
    assert set(small.label) == {0, 1}


def test_a_second_call_gives_the_same_frame_and_leaves_the_global_streams_alone(
    small: pd.DataFrame,
) -> None:
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.random_sample()
    random.seed(5)
    np.random.seed(5)
    pd.testing.assert_frame_equal(simulate(SMALL), small, check_exact=True)
    assert (random.random(), np.random.random_sample()) == expected


def test_more_days_leave_the_earlier_payments_as_they_were(small: pd.DataFrame) -> None:
    longer = simulate(SMALL.model_copy(update={"days": 40}))
    columns = ["time", "customer", "terminal"]
    pd.testing.assert_frame_equal(longer[columns].head(len(small)), small[columns])


def test_a_world_without_a_terminal_in_reach_has_no_transactions(small: pd.DataFrame) -> None:
    empty = simulate(SMALL.model_copy(update={"radius": 1e-9}))
    assert len(empty) == 0
    assert (empty.dtypes == small.dtypes).all()


def test_the_start_moves_every_time_and_nothing_else(small: pd.DataFrame) -> None:
    moved = simulate(SMALL.model_copy(update={"start": datetime.date(1969, 12, 1)}))
    shift = pd.Timestamp(2018, 4, 1) - pd.Timestamp(1969, 12, 1)
    moved["time"] += shift
    pd.testing.assert_frame_equal(moved, small)


def test_progress_ends_at_the_total_of_each_part() -> None:
    said: dict[str, tuple[int, int]] = {}
    simulate(SMALL, progress=lambda what, done, total: said.update({what: (done, total)}))
    assert said == {"customers": (100, 100), "frauds": (29, 29)}


@pytest.mark.parametrize("seed", [0, 1, 4999, 2**31 - 1])
def test_the_compiled_streams_follow_numpy_and_the_standard_library(seed: int) -> None:
    state, spare = np.empty(kernel.WORDS + 1, np.int64), np.zeros(2)
    kernel.seed_by_word(state, seed)
    theirs = np.random.RandomState(seed)
    for mean in np.linspace(0.01, 4, 300):
        assert kernel.poisson(state, mean) == theirs.poisson(mean)
        assert kernel.normal(state, spare) == theirs.standard_normal()
        assert kernel.uniform(state) == theirs.random_sample()
    kernel.seed_by_key(state, seed)
    standard = random.Random(seed)
    sizes = [*range(1, 700), 2**16, 2**31 - 1]
    drawn = [kernel.below(state, size) for size in sizes]
    assert drawn == [standard.choice(range(size)) for size in sizes]


@pytest.mark.parametrize(
    "wrong",
    [{"customers": 2}, {"terminals": 1}, {"days": 0}, {"radius": 0.0}, {"radius": float("nan")}],
    ids=str,
)
def test_a_world_too_small_for_its_thieves_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"greater than|finite number"):
        SimulatorSettings.model_validate(wrong)
