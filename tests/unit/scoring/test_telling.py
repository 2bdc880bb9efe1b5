from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.scoring.contributions import Contributions
from penstock.scoring.phrases import Group, Phrase, Phrasebook
from penstock.scoring.telling import told

BOOK = Phrasebook(
    (
        Group("amount", (Phrase("ratio", "{ratio:times} the usual", missing="first payment"),)),
        Group("age", (Phrase("age", "last fraud {age:days} ago", missing="no known fraud"),)),
    )
)
ROLES = {"id": "row_id", "time": "time", "amount": "paid"}
FEATURES = pd.DataFrame(
    {
        "row_id": [7, 8, 9],
        "time": pd.to_datetime(
            ["2026-01-01T10:00:31", "2026-01-02T11:30:00", "2026-01-03T00:00:00"]
        ),
        "paid": [1284.1, 20.0, 5.0],
        "ratio": [5.2, 1.0, 0.5],
        "age": [67.0, 3.5, 1.0],
        "earlier": [4, 0, 9],
    }
)
FOLLOWERS = [{"input": "ratio", "rule": "relative", "by": "earlier", "threshold": 0.0, "rows": ""}]


def dataset(roles: dict[str, str] = ROLES, **notes: object) -> Dataset:
    signature = Signature(tuple(Input(name) for name in ("ratio", "age", "earlier")), roles)
    return Dataset({"features": FEATURES}, notes={"signature": signature.to_notes(), **notes})


def explanations(ids: list[int], parts: list[str]) -> pd.DataFrame:
    values = np.tile([2.0, 1.0, 0.5], (len(ids), 1))
    shares = Contributions(("ratio", "age", "earlier"), values, -4.0).to_frame()
    passes = pd.DataFrame({"passes_from": 0.0, "passes_below": 841.0}, index=range(len(ids)))
    return pd.concat([pd.DataFrame({"row_id": ids, "part": parts}), passes, shares], axis=1)


def test_an_alert_is_told_in_words_by_the_features_of_its_row() -> None:
    noted = dataset(currency={"code": "CHF", "minor_units": 100})
    frame = told(BOOK, explanations([7], ["alert"]), noted)
    row = frame.iloc[0]
    assert row["reasons"] == (
        "5.2 times the usual (+2.0); last fraud 67 days ago (+1.0); earlier 4 (+0.5)"
    )
    assert (row["time"], row["amount"]) == ("2026-01-01 10:00", "CHF 1,284.10")
    assert row["would_pass"] == "would pass below CHF 841.00"


def test_what_stands_for_none_is_said_as_none() -> None:
    lever = {"input": "paid", "per_unit": 100, "followers": FOLLOWERS}
    noted = dataset(none={"age": 67.0}, lever=lever)
    words = told(BOOK, explanations([7, 8], ["alert", "alert"]), noted)["reasons"]
    assert words[0].startswith("5.2 times the usual (+2.0); no known fraud (+1.0)")
    assert words[1].startswith("first payment (+2.0); last fraud 3 days ago (+1.0)")


def test_rows_of_the_sample_have_no_words_and_keep_their_place() -> None:
    given = explanations([9, 7, 8], ["sample", "alert", "sample"])
    frame = told(BOOK, given, dataset())
    assert frame["reasons"].map(bool).tolist() == [False, True, False]
    assert frame["row_id"].tolist() == [9, 7, 8]
    assert frame[given.columns.tolist()].equals(given)


def test_a_project_without_an_amount_tells_none() -> None:
    roles = {"id": "row_id", "time": "time"}
    given = explanations([8], ["alert"]).assign(passes_from=np.nan, passes_below=np.nan)
    frame = told(Phrasebook(()), given, dataset(roles))
    assert frame.iloc[0][["amount", "would_pass"]].tolist() == ["", ""]
    assert frame.iloc[0]["reasons"] == "ratio 1 (+2.0); age 3.5 (+1.0); earlier 0 (+0.5)"


def test_a_project_that_counts_in_plain_numbers_has_them_for_its_time() -> None:
    plain = FEATURES.assign(time=[0.0, 86_400.0, 90_000.5])
    noted = Dataset({"features": plain}, notes=dataset().notes)
    assert told(BOOK, explanations([8], ["alert"]), noted)["time"][0] == "86400"


def test_explanations_of_other_rows_are_a_defect() -> None:
    with pytest.raises(AssertionError, match="rows that the features hold"):
        told(BOOK, explanations([99], ["alert"]), dataset())


def test_no_alerts_are_told_as_none() -> None:
    assert told(BOOK, explanations([], []), dataset()).empty
