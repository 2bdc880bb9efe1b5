"""A payment alone gives what a table gives its row, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.dataset import Dataset
from penstock.features.errors import ColumnUnfit, MissingColumn
from penstock.projects.creditcard.features import FeatureSettings, featurize
from penstock.projects.creditcard.online import features
from penstock.projects.creditcard.schema import COMPONENTS
from penstock.serving.online.of_rows import RowFeatures

FEATURES = RowFeatures(features(FeatureSettings()), "row_id")


def payments(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    components = {name: random.normal(0, 3, rows) for name in COMPONENTS}
    own = {"row_id": np.arange(rows), "Time": np.arange(rows) * 1.0}
    amounts = np.round(random.lognormal(3, 2, rows), 2) * (random.random(rows) > 0.1)
    return pd.DataFrame({**own, **components, "Amount": amounts, "Class": 0})


def payment(**change: Any) -> dict[str, Any]:
    event: dict[str, Any] = payments(1).to_dict("records")[0]
    return event | change


def test_twenty_thousand_payments_give_what_featurize_gives_to_the_bit() -> None:
    table = payments(20_000)
    expected = featurize(Dataset({"transactions": table}), FeatureSettings()).tables["features"]
    vectors = [FEATURES.admit(event).vector for event in table.to_dict("records")]
    made = np.array(vectors).astype(np.float32)
    assert made.tobytes() == expected[list(FEATURES.names)].to_numpy(np.float32).tobytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"V3": float("nan")}, r"column 'V3': expected a number within float32, found nan"),
        ({"V3": 1e300}, r"column 'V3': expected a number within float32, found 1e[+]300"),
        ({"V3": "x"}, r"column 'V3': .* found 'x'"),
        ({"V3": None}, r"column 'V3': .* found None"),
        ({"V3": [1]}, r"column 'V3': .* found \[1\]"),
        ({"V3": 10**400}, r"column 'V3': .* found 1000"),
        ({"Amount": -0.01}, r"column 'Amount': expected an amount of at least 0, found -0.01"),
        ({"Amount": float("inf")}, r"column 'Amount': .* found inf"),
    ],
)
def test_a_payment_that_holds_what_it_cannot_names_the_column(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ColumnUnfit, match=message):
        FEATURES.admit(payment(**change))


def test_a_payment_without_a_component_names_it() -> None:
    event = payment()
    del event["V7"]
    with pytest.raises(MissingColumn, match="'V7'"):
        FEATURES.admit(event)


def test_nothing_is_kept_of_a_payment() -> None:
    event = payment()
    FEATURES.admit(event)
    FEATURES.settle(event, b"answer")
    assert FEATURES.admit(event).earlier is None
    assert FEATURES.learn([{"row_id": 1, "label": 1}]) == 0
    FEATURES.close()
