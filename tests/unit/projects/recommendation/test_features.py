"""From a log as it came to what rankers learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset
from penstock.projects.recommendation.features import FeatureSettings, featurize
from tests.shop import raw


def made(**tables: pd.DataFrame) -> Dataset:
    return featurize(Dataset(tables), FeatureSettings())


def clicks(**columns: object) -> pd.DataFrame:
    """Three interactions without a value."""
    return pd.DataFrame(
        {
            "interaction": [2, 0, 1],
            "user": ["10", "9", "9"],
            "item": ["3", "3", "20"],
            "time": pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02"]),
            **columns,
        }
    )


def test_a_bare_log_gets_a_catalogue_and_a_table_of_users() -> None:
    tables = made(interactions=clicks()).tables
    assert tables["items"]["item"].tolist() == [3, 20], "in the order of numbers, not of text"
    assert tables["items"]["title"].tolist() == ["3", "20"]
    assert tables["users"]["user"].tolist() == [9, 10]
    assert tables["interactions"]["interaction"].tolist() == [0, 1, 2]
    assert tables["interactions"]["value"].isna().all()


def test_ids_that_are_whole_numbers_become_such_and_the_signature_says_so() -> None:
    found = made(interactions=clicks())
    assert {t["user"].dtype for t in found.tables.values() if "user" in t} == {np.dtype("int64")}
    assert [one["dtype"] for one in found.notes["signature"]["inputs"]] == ["int64", "int64"]


def test_one_id_that_is_no_number_leaves_all_of_its_kind_text() -> None:
    for odd in ("a1", "007", "1.0", "-0", "9" * 19):
        found = made(interactions=clicks(item=["3", "3", odd]))
        assert sorted(found.tables["items"]["item"]) == sorted(["3", odd])
        assert [one["dtype"] for one in found.notes["signature"]["inputs"]] == ["int64", "string"]


def test_a_catalogue_may_hold_items_that_nobody_took() -> None:
    items = pd.DataFrame({"item": ["7", "3", "20"], "title": ["Seven", None, "Twenty"]})
    found = made(interactions=clicks(), items=items).tables["items"]
    assert found["item"].tolist() == [3, 7, 20]
    assert found["title"].tolist() == ["3", "Seven", "Twenty"]


def test_genres_and_categories_become_one_text_and_a_date_a_year() -> None:
    items = pd.DataFrame(
        {
            "item": ["3", "20"],
            "Comedy": [1, 0],
            "War": [1, 0],
            "category": [None, "Snow|Ice"],
            "released": ["01-Jan-1995", None],
        }
    )
    found = made(interactions=clicks(), items=items).tables["items"]
    assert found["category"].tolist() == ["Comedy|War", "Snow|Ice"]
    assert found["year"].tolist()[0] == 1995 and np.isnan(found["year"].tolist()[1])


def test_genres_beside_categories_are_both_kept() -> None:
    items = pd.DataFrame({"item": ["3", "20"], "War": [1, 0], "category": ["Old", "New"]})
    found = made(interactions=clicks(), items=items).tables["items"]
    assert found["category"].tolist() == ["War|Old", "New"]


def test_the_order_of_the_raw_rows_says_nothing() -> None:
    plain = featurize(raw(), FeatureSettings())
    turned = Dataset({name: table.iloc[::-1] for name, table in raw().tables.items()})
    for name, table in featurize(turned, FeatureSettings()).tables.items():
        pd.testing.assert_frame_equal(table, plain.tables[name])
