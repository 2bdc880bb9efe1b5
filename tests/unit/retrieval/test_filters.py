from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import UnfitRequest, UnknownCategory
from penstock.retrieval.filters import Filters

KINDS = ["Comedy", "Drama|War", "Western", ""]


def catalogue(items: int = 40, seed: int = 0) -> Catalogue:
    random = np.random.default_rng(seed)
    year = random.integers(1950, 1960, items).astype(float)
    year[random.random(items) < 0.2] = np.nan
    return Catalogue.of(
        pd.DataFrame(
            {
                "item": np.arange(items),
                "category": random.choice(KINDS, items),
                "year": year,
                "stock": random.integers(0, 3, items),
                "minimum_age": random.choice([0, 12, 18], items),
            }
        )
    )


names = st.frozensets(st.sampled_from(["Comedy", "Drama", "War", "Western"]))
years = st.none() | st.integers(1950, 1959)
rules = st.builds(
    Filters, st.booleans(), st.booleans(), names, names, years, years, st.sampled_from([None, 13])
).filter(lambda f: f.since is None or f.until is None or f.since <= f.until)


@settings(deadline=None)
@given(rules, st.integers(0, 50), st.sets(st.integers(0, 39)))
def test_what_is_allowed_meets_every_rule_and_the_counts_add_up(
    filters: Filters, seed: int, had: set[int]
) -> None:
    items = catalogue(seed=seed)
    allowed, left_out = filters.apply(items, np.array(sorted(had), dtype=np.int64))
    for place in range(len(items)):
        mine = {name for name, which in items.categories.items() if which[place]}
        meets = (
            (not filters.new_to_user or place not in had)
            and (not filters.in_stock or items.in_stock[place])
            and (not filters.any_of or bool(mine & filters.any_of))
            and not mine & filters.none_of
            and (filters.since is None or items.year[place] >= filters.since)
            and (filters.until is None or items.year[place] <= filters.until)
            and (filters.viewer_age is None or items.minimum_age[place] <= filters.viewer_age)
        )
        assert allowed[place] == meets
    assert allowed.sum() + sum(left_out.values()) == len(items)
    assert all(count > 0 for count in left_out.values())


def test_reasons_are_told_in_words() -> None:
    filters = Filters(any_of=frozenset({"War", "Comedy"}), since=1955, viewer_age=12)
    _, left_out = filters.apply(catalogue(), np.arange(40))
    assert list(left_out) == [
        "out of stock",
        "not of Comedy or War",
        "not known to be of 1955 or later",
        "for older viewers",
        "seen before",
    ]


def test_what_cannot_be_meant_is_refused() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    with pytest.raises(UnknownCategory, match=r"'Westen'; did you mean 'Western'\?\n  fix: "):
        Filters(any_of=frozenset({"Westen"})).apply(catalogue(), nothing)
    with pytest.raises(UnknownCategory, match="Musical"):
        Filters(none_of=frozenset({"Musical"})).apply(catalogue(), nothing)
    with pytest.raises(UnfitRequest, match="found 1960 to 1950"):
        Filters(since=1960, until=1950).apply(catalogue(), nothing)


def test_a_viewer_s_age_is_refused_where_no_item_says_for_whom_it_is() -> None:
    silent = Catalogue.of(pd.DataFrame({"item": [1, 2]}))
    with pytest.raises(UnfitRequest, match=r"a column `minimum_age` in the table.*\n  fix: add it"):
        Filters(viewer_age=12).apply(silent, np.zeros(0, dtype=np.int64))


def test_categories_as_a_text_are_refused() -> None:
    with pytest.raises(UnfitRequest, match=r"the text 'War'\n  fix: write frozenset\({'War'}\)"):
        Filters(any_of="War")  # type: ignore[arg-type]
