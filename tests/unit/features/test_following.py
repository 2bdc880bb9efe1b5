"""What a set of features says of an altered amount is what it computes of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Input, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.past import Lines, Past
from penstock.features.feature import Feature
from penstock.features.featureset import FeatureSet
from penstock.features.following import lever_of, none_values
from penstock.features.measures import Relative, Usual
from penstock.features.of_row import Measured
from penstock.features.of_window import MeanAmount
from penstock.features.values import Money
from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.scoring.levers import Pulled

SETTINGS = FeatureSettings()
SET = build(SETTINGS)
MONEY = Money("amount", SETTINGS.minor_units)
LEVER = lever_of(SET, MONEY)


def transactions(rows: int = 1500, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    seconds = np.sort(random.integers(0, 50 * 86_400, rows))
    seconds[1::9] = seconds[:-1:9]  # two at one moment
    return pd.DataFrame(
        {
            "time": (pd.Timestamp("2026-01-01") + pd.to_timedelta(seconds, unit="s")).astype(
                "datetime64[us]"
            ),
            "customer": random.integers(0, 30, rows),
            "terminal": random.integers(0, 20, rows),
            "amount": np.rint(random.gamma(1.1, 5000.0, rows)) / 100,
            "label": pd.array((random.random(rows) < 0.05).astype(int), dtype="Int8"),
        }
    )


def pulled(table: pd.DataFrame, features: pd.DataFrame) -> Pulled:
    frame = table[["time", "customer"]].join(features)
    lines = Lines(frame, table["customer"].to_numpy(), table["time"].to_numpy())
    signature = Signature(tuple(Input(name) for name in SET.names))
    past = Past(lines, np.arange(len(frame)), SET.names)
    return Pulled(LEVER, View(Dataset({"features": frame}), signature, past=past))


def test_the_features_that_follow_are_found_in_their_definitions() -> None:
    assert {one.input: one.rule for one in LEVER.followers} == {
        "amount": "itself",
        "customer_mean_amount_1d": "mean",
        "customer_mean_amount_7d": "mean",
        "customer_mean_amount_30d": "mean",
        "amount_to_median": "relative",
        "amount_to_90th": "relative",
        "customer_median_amount": "usual",
        "customer_unusual_3d": "above",
        "customer_unusual_14d": "above",
        "customer_largest_ratio_14d": "largest",
    }
    assert LEVER.among(SET.names) == LEVER.followers


def test_every_feature_of_a_row_with_another_amount_is_told_to_the_bit() -> None:
    table = transactions()
    told = pulled(table, SET.batch(table))
    assert told.reproduces().all()
    random = np.random.default_rng(2)
    for row in random.choice(len(table), 40, replace=False).tolist():
        cents = float(random.integers(0, 30_000))
        other = table.copy()
        other.loc[row, "amount"] = cents / 100
        truth = SET.batch(other.iloc[: row + 1]).iloc[row]
        for name in SET.names:
            if name in told.followers:
                value = told.value(name, np.array([row]), np.array([cents]))[0]
            else:
                value = told.frame[name].iloc[row]
            assert np.float32(value) == np.float32(truth[name]), (row, cents, name)


def test_a_feature_of_a_kind_that_no_rule_knows_silences_models_that_see_it() -> None:
    @dataclass(frozen=True)
    class Cents:
        reads: tuple[str, ...] = ("amount",)

        @property
        def feature(self) -> Feature:
            return Feature("cents", "float64", "amount modulo one")

        def batch(self, table: Any) -> Any:
            return table.column("amount").to_numpy() % 1

    more = FeatureSet((*SET.kernels, Cents()), SETTINGS.label_delay_days)  # type: ignore[arg-type]
    lever = lever_of(more, MONEY)
    assert lever.among(more.names) == ()
    assert lever.among(SET.names) == LEVER.followers


def test_a_feature_that_is_computed_by_one_that_is_not_there_silences_too() -> None:
    ratio = Relative(Usual("customer", MONEY))
    mean = MeanAmount("mean", "customer", 5, amount=MONEY)
    for kernel in (Measured("ratio", ratio), mean):
        alone = FeatureSet((kernel,), SETTINGS.label_delay_days)
        assert lever_of(alone, MONEY).among(alone.names) == ()


def test_ages_tell_what_stands_for_none_by_the_delay_of_labels() -> None:
    assert none_values(SET)["terminal_days_since_fraud"] == 67.0
    late = build(FeatureSettings(label_delay_days=30))
    assert none_values(late)["terminal_days_since_first_unexplained"] == 58.0
    assert all("days_since" in name for name in none_values(SET))


def test_another_currency_has_a_lever_of_its_own_grain() -> None:
    settings = FeatureSettings(currency="JPY", minor_units=1)
    assert lever_of(build(settings), Money("amount", 1)).per_unit == 1
