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
    assert found.minimum_age is not None and found.minimum_age.tolist() == [18, 0, 0]
    assert np.isnan(found.year[1])
    assert (len(found), found.place("c")) == (3, 2)


def test_columns_may_be_missing() -> None:
    found = Catalogue.of(pd.DataFrame({"film": [7, 3]}), role="film")
    assert not found.categories and found.in_stock.all() and found.minimum_age is None
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


def test_titles_are_ids_where_nothing_else_is_said() -> None:
    titled = pd.DataFrame({"item": [4, 7], "title": ["Alien", None]})
    assert [*Catalogue.of(titled).titles] == ["Alien", "7"]
    assert [*Catalogue.of(titled[["item"]]).titles] == ["4", "7"]
    assert Catalogue.of(titled).title(4) == "Alien"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("Alein", r"did you mean 'Alien'\?"),
        ("brazil", r"by title: 3 \(Brazil\)"),
        ("x", "known: 3, Alien"),
    ],
)
def test_an_item_that_is_not_there_is_told(item: str, said: str) -> None:
    found = Catalogue.of(pd.DataFrame({"item": ["Alien", "3"], "title": [None, "Brazil"]}))
    with pytest.raises(UnknownItem, match=rf"no item '{item}' in the catalogue; {said}\n  fix: "):
        found.place(item)


def test_of_many_items_only_some_are_told() -> None:
    found = Catalogue.of(pd.DataFrame({"item": np.arange(2000)}))
    with pytest.raises(UnknownItem, match="it holds 2,000, as 0, 1, 2, 3, 4\n"):
        found.place(5000)


def test_an_id_that_comes_twice_is_told() -> None:
    with pytest.raises(UnfitRequest, match="an id once, found 'a' twice"):
        Catalogue.of(pd.DataFrame({"item": ["a", "b", "a"]}))
