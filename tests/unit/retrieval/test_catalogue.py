from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import UnfitRequest, UnknownItem

TABLE = pd.DataFrame(
    {
        "item": ["a", "b", "c"],
        "category": ["Drama|War", "", "War"],
        "year": [1984.0, np.nan, 1989.0],
        "stock": [0, 3, None],
        "minimum_age": [18, None, 0],
    }
)


def test_what_a_table_says_is_read() -> None:
    found = Catalogue.of(TABLE)
    assert {name: which.tolist() for name, which in found.categories.items()} == {
        "Drama": [True, False, False],
        "War": [True, False, True],
    }
    assert found.in_stock.tolist() == [False, True, True]
    assert found.minimum_age.tolist() == [18, 0, 0] and np.isnan(found.year[1])
    assert (len(found), found.place("c")) == (3, 2)


def test_columns_may_be_missing() -> None:
    found = Catalogue.of(pd.DataFrame({"film": [7, 3]}), role="film")
    assert not found.categories and found.in_stock.all() and not found.minimum_age.any()
    assert found.content().shape == (2, 0)


def test_content_is_what_items_share_and_rare_things_weigh_more() -> None:
    content = Catalogue.of(TABLE).content()
    alike = content @ content.T
    assert np.diag(alike) == pytest.approx([1, 0, 1])  # of the second nothing is known
    rare, common = np.log(4 / 2) + 1, np.log(4 / 3) + 1
    first = np.array([rare, common, common])  # Drama, War, the eighties
    assert alike[0, 2] == pytest.approx(
        (first[1:] ** 2).sum() / np.sqrt((first**2).sum() * (first[1:] ** 2).sum())
    )


def test_stock_changes() -> None:
    found = Catalogue.of(TABLE)
    found.restock("a", True)
    found.restock("b", False)
    assert found.in_stock.tolist() == [True, False, True]


def test_what_is_not_there_is_told() -> None:
    found = Catalogue.of(pd.DataFrame({"item": ["Alien", "Brazil"]}))
    with pytest.raises(UnknownItem, match=r"no item 'Alein' .* did you mean 'Alien'\?\n  fix: "):
        found.place("Alein")
    with pytest.raises(UnfitRequest, match="an id once, found 'a' twice"):
        Catalogue.of(pd.DataFrame({"item": ["a", "b", "a"]}))
