from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.literal_features import customer_features, terminal_features
from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.features.errors import FeatureDefinitionError
from penstock.projects.fraud.features import (
    FEATURES,
    LABEL_DELAY_DAYS,
    WINDOWS_DAYS,
    FeatureSettings,
    build,
    featurize,
)
from penstock.projects.fraud.simulator import SimulatorSettings, reveal, simulate

DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    world = SimulatorSettings(customers=60, terminals=80, days=90, radius=20.0)
    return simulate(world).drop(columns="scenario")


@pytest.fixture(scope="module")
def features(table: pd.DataFrame) -> pd.DataFrame:
    return FEATURES.batch(table)


def test_the_vector_has_fifteen_inputs_in_order(features: pd.DataFrame) -> None:
    assert tuple(features.columns) == FEATURES.names
    assert FEATURES.names == (
        "amount",
        "weekend",
        "night",
        *(f"customer_{what}_{days}d" for days in (1, 7, 30) for what in ("count", "mean_amount")),
        *(f"terminal_{what}_{days}d" for days in (1, 7, 30) for what in ("count", "risk")),
    )


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


@pytest.mark.parametrize("delay", [1, 7, 21])
def test_labels_younger_than_the_delay_do_not_matter(table: pd.DataFrame, delay: int) -> None:
    now = table["time"].iloc[-1]
    young = table["time"] > now - delay * DAY
    labels = table["label"].astype("Int8")
    unknown = table.assign(label=labels.mask(young))
    opposite = table.assign(label=labels.mask(young, 1 - labels))
    expected = build(delay).batch(table)
    for changed in (unknown, opposite):
        # Nobody later than the last row is there, so nobody may look at a young label.
        pd.testing.assert_frame_equal(build(delay).batch(changed), expected, check_exact=True)
    a_day_older = table.assign(label=labels.mask(table["time"] > now - (delay + 1) * DAY))
    assert not build(delay).batch(a_day_older).equals(expected)


def test_what_is_known_on_a_day_gives_the_features_of_that_day(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    seen = reveal(table.assign(scenario=0), table["time"].iloc[0].date() + 60 * DAY, 7)
    assert 0 < len(seen) < len(table) and seen["label"].isna().any()
    on_the_day = FEATURES.batch(seen)
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
        after = FEATURES.batch(changed).iloc[:seen]
        pd.testing.assert_frame_equal(after, features.iloc[:seen], check_exact=True)


def test_labels_known_at_once_are_refused() -> None:
    with pytest.raises(FeatureDefinitionError, match="delay_days >= 1"):
        build(0)


def test_a_dataset_is_featurized_with_its_signature(
    table: pd.DataFrame, features: pd.DataFrame
) -> None:
    made = featurize(Dataset(tables={"transactions": table}), FeatureSettings())
    signature = Signature.from_notes(made.notes["signature"])
    names = [given.name for given in signature.inputs]
    assert names == list(FEATURES.names)
    assert {given.name: given.dtype for given in signature.inputs} == FEATURES.dtypes
    pd.testing.assert_frame_equal(made.tables["features"][names], features, check_exact=True)
    assert list(made.tables["labels"]) == ["transaction_id", "label"]
    for role in ("id", "time", "entity"):
        column = signature.roles[role]
        assert (made.tables["features"][column] == table[column]).all()


def test_settings_that_know_labels_at_once_are_refused() -> None:
    with pytest.raises(ParamsError, match="label_delay_days"):
        parse(FeatureSettings, {"label_delay_days": 0}, "projects.fraud.features")
