"""From transactions to the dataset that models learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.projects.fraud.features import featurize
from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.projects.fraud.simulator import SimulatorSettings, simulate
from penstock.tasks.classification.trials import ProtocolSettings, trials

INPUTS = build(FeatureSettings())


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return simulate(SimulatorSettings(customers=200, terminals=600, days=40, radius=10.0))


def dataset(world: pd.DataFrame) -> Dataset:
    scenarios = world[["transaction_id", "scenario"]]
    return Dataset({"transactions": world.drop(columns="scenario"), "scenarios": scenarios})


@pytest.fixture(scope="module")
def made(world: pd.DataFrame) -> Dataset:
    return featurize(dataset(world), FeatureSettings())


def test_a_dataset_is_featurized_with_its_signature(world: pd.DataFrame, made: Dataset) -> None:
    signature = Signature.from_notes(made.notes["signature"])
    assert {given.name: given.dtype for given in signature.inputs} == INPUTS.dtypes
    expected = INPUTS.batch(world)
    pd.testing.assert_frame_equal(
        made.tables["features"][list(INPUTS.names)], expected, check_exact=True
    )
    assert list(made.tables["labels"]) == ["transaction_id", "label"]
    for role in ("id", "time", "entity", "amount"):
        column = signature.roles[role]
        assert (made.tables["features"][column] == world[column]).all()


def test_the_published_inputs_are_a_group(made: Dataset) -> None:
    signature = Signature.from_notes(made.notes["signature"])
    assert signature.groups == {"baseline": list(INPUTS.names[:15])}


def test_notes_say_what_inputs_are_and_what_money_it_is(world: pd.DataFrame) -> None:
    yen = FeatureSettings(currency="JPY", minor_units=1)
    notes = featurize(dataset(world.assign(amount=world["amount"].round())), yen).notes
    assert list(notes["descriptions"]) == list(INPUTS.names)
    assert notes["currency"] == {"code": "JPY", "minor_units": 1}


def test_inputs_and_labels_know_nothing_of_the_scenario(world: pd.DataFrame, made: Dataset) -> None:
    other = world.assign(scenario=np.random.default_rng(0).permutation(world["scenario"]))
    without = Dataset({"transactions": world.drop(columns="scenario")})
    for given in (dataset(other), without):
        again = featurize(given, FeatureSettings())
        for name in ("features", "labels"):
            pd.testing.assert_frame_equal(again.tables[name], made.tables[name], check_exact=True)
        assert again.notes == made.notes
    assert not any("scenario" in column for column in made.tables["features"])


def test_no_view_holds_the_slices(made: Dataset) -> None:
    split = {"kind": "prequential", "starts": ["2018-04-15"]}
    settings = {"unit": "card", "leads_on": "test", "splits": {"test": split}}
    protocol = parse(ProtocolSettings, settings, "protocol")
    views = [
        view
        for trial in trials(made, protocol, 0)
        for view in (trial.fit_view, trial.eval_view)
        if view is not None
    ]
    assert len(views) == 3
    for view in views:
        assert list(view.data.tables) == ["features"]
        assert set(made.tables["slices"]) & set(view.data.tables["features"]) <= {
            "transaction_id",
            "amount",
        }
        assert view.data.tables["features"]["amount"].dtype == np.float64


@pytest.mark.parametrize(
    ("setting", "value"),
    [("label_delay_days", 0), ("big_ratio", 1.0), ("minor_units", 0), ("big_amount", 0.0)],
)
def test_settings_that_mean_nothing_are_refused(setting: str, value: float) -> None:
    with pytest.raises(ParamsError, match=setting):
        parse(FeatureSettings, {setting: value}, "projects.fraud.features")
