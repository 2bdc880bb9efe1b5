"""The inputs of the fraud project on a small town."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from benchmarks.literal_features import customer_features, terminal_features
from penstock.features.featureset import FeatureSet
from penstock.projects.fraud.inputs import (
    LABEL_DELAY_DAYS,
    WINDOWS_DAYS,
    FeatureSettings,
    baseline,
    build,
)
from penstock.projects.fraud.simulator import SimulatorSettings, reveal, simulate

DAY = pd.Timedelta(days=1)
INPUTS = build(FeatureSettings())
BASELINE = tuple(kernel.feature.name for kernel in baseline(FeatureSettings()))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    world = SimulatorSettings(customers=60, terminals=80, days=90, radius=20.0)
    return simulate(world).drop(columns="scenario")


@pytest.fixture(scope="module")
def features(table: pd.DataFrame) -> pd.DataFrame:
    return INPUTS.batch(table)


def test_the_vector_has_33_inputs_the_published_ones_first(features: pd.DataFrame) -> None:
    assert tuple(features.columns) == INPUTS.names
    assert (
        "amount",
        "weekend",
        "night",
        *(f"customer_{what}_{days}d" for days in (1, 7, 30) for what in ("count", "mean_amount")),
        *(f"terminal_{what}_{days}d" for days in (1, 7, 30) for what in ("count", "risk")),
    ) == BASELINE
    assert INPUTS.names == (
        *BASELINE,
        "amount_to_median",
        "amount_to_90th",
        "customer_median_amount",
        "customer_history",
        "customer_unusual_3d",
        "customer_unusual_14d",
        "customer_largest_ratio_14d",
        "customer_count_14d",
        "customer_frauds_28d",
        "terminal_unlabelled",
        "terminal_streak",
        "terminal_days_since_genuine",
        "terminal_days_since_first_unexplained",
        "terminal_frauds_28d",
        "terminal_count_28d",
        "terminal_unexplained_28d",
        "terminal_days_since_fraud",
        "terminal_days_since_streak",
    )


def test_every_input_tells_something_of_every_row(features: pd.DataFrame) -> None:
    assert np.isfinite(features.to_numpy(np.float64)).all()
    assert (features.nunique() > 1).all()


def test_customer_windows_equal_the_literal_ones(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    literal = customer_features(table, WINDOWS_DAYS)
    for name, column in literal.items():
        off = np.abs(features[name].to_numpy() - column.to_numpy()).max()
        assert off <= (0 if "count" in name else 2e-12), name


def test_terminal_windows_equal_the_literal_ones(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    literal = terminal_features(table, WINDOWS_DAYS, LABEL_DELAY_DAYS)
    for name, column in literal.items():
        assert (features[name].to_numpy() == column.to_numpy()).all(), name
    assert features["terminal_risk_30d"].max() > 0


def test_the_median_is_that_of_the_earlier_amounts(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    earlier = table.groupby("customer")["amount"]
    median = earlier.transform(lambda amounts: amounts.expanding().median().shift())
    expected = median.fillna(table["amount"]).to_numpy()
    assert features["customer_median_amount"].to_numpy() == pytest.approx(expected, rel=1e-12)
    assert (features["customer_history"] == earlier.cumcount()).all()


def of_labels(features: FeatureSet) -> Iterator[str]:
    for feature in features.features:
        if feature.label_delay_days is not None:
            yield feature.name


@pytest.mark.parametrize("delay", [1, 7, 21])
def test_labels_younger_than_the_delay_do_not_matter(table: pd.DataFrame, delay: int) -> None:
    inputs = build(FeatureSettings(label_delay_days=delay))
    now = table["time"].iloc[-1]
    young = table["time"] > now - delay * DAY
    labels = table["label"].astype("Int8")
    unknown = table.assign(label=labels.mask(young))
    opposite = table.assign(label=labels.mask(young, 1 - labels))
    expected = inputs.batch(table)
    for changed in (unknown, opposite):
        # Nobody later than the last row is there, so nobody may look at a young label.
        pd.testing.assert_frame_equal(inputs.batch(changed), expected, check_exact=True)
    older = table["time"] <= now - (delay + 1) * DAY
    flipped = inputs.batch(table.assign(label=labels.mask(older, 1 - labels)))
    moved = {name for name in inputs.names if not flipped[name].equals(expected[name])}
    assert moved == set(of_labels(inputs))


def test_what_is_known_on_a_day_gives_the_features_of_that_day(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    seen = reveal(table.assign(scenario=0), table["time"].iloc[0].date() + 60 * DAY, 7)
    assert 0 < len(seen) < len(table) and seen["label"].isna().any()
    on_the_day = INPUTS.batch(seen)
    pd.testing.assert_frame_equal(on_the_day, features.iloc[: len(seen)], check_exact=True)


def test_rows_after_a_row_do_not_matter(table: pd.DataFrame, features: pd.DataFrame) -> None:
    random = np.random.default_rng(1)
    for seen in random.integers(1, len(table), 5):
        changed = table.copy()
        later = changed.index >= seen
        last = changed["time"].iloc[seen - 1]
        changed.loc[later, "time"] = last + (changed["time"][later] - last) * 3
        for name in ("customer", "terminal", "amount", "label"):
            changed.loc[later, name] = random.permutation(changed.loc[later, name].to_numpy())
        after = INPUTS.batch(changed).iloc[:seen]
        pd.testing.assert_frame_equal(after, features.iloc[:seen], check_exact=True)


def test_amounts_in_another_minor_unit_give_the_same_ratios(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    thousandths = table.assign(amount=table["amount"] / 10)
    settings = FeatureSettings(currency="KWD", minor_units=1000, big_amount=22.0)
    made = build(settings).batch(thousandths)
    money = [name for name in INPUTS.names if "amount" in name and "amount_to" not in name]
    others = [name for name in INPUTS.names if name not in money]
    pd.testing.assert_frame_equal(made[others], features[others], check_exact=True)
    assert made[money].to_numpy() * 10 == pytest.approx(features[money].to_numpy(), rel=1e-12)
