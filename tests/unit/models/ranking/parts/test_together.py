"""Vectors of items by what they are had with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.together import frequencies, vectors

ITEMS, USERS, EACH = 20, 60, 8


def two_tastes() -> Histories:
    """Users who had items of one half of the catalogue alone; the last item nobody had."""
    random = np.random.default_rng(2)
    half = (ITEMS - 2) // 2
    item = [random.permutation(half)[:EACH] + half * (user % 2) for user in range(USERS)]
    count = USERS * EACH
    return Histories(
        items=ITEMS,
        start=np.arange(USERS + 1) * EACH,
        item=np.concatenate(item),
        time=np.arange(count) * 10,
        value=np.full(count, np.nan),
    )


def test_items_that_are_had_together_lie_together() -> None:
    found = vectors(two_tastes(), 6)
    assert found.dtype == np.float32 and found.shape == (ITEMS, 6)
    alike = found[:18] @ found[:18].T
    same = np.arange(18) // 9 == np.arange(18)[:, None] // 9
    assert alike[same].min() > alike[~same].max()
    assert (found**2).sum(axis=1).mean() == pytest.approx(1)
    assert (np.abs(found[18:]) < 1e-6).all()


def test_the_order_within_a_moment_does_not_matter() -> None:
    given = two_tastes()
    given = replace(given, time=given.time // 40)
    back = np.lexsort((-np.arange(len(given.item)), given.time, given.user))
    other = replace(given, item=given.item[back])
    assert not np.array_equal(given.item, other.item)
    np.testing.assert_allclose(
        vectors(given, 2) @ vectors(given, 2).T, vectors(other, 2) @ vectors(other, 2).T, atol=1e-5
    )


def test_more_numbers_than_the_items_fill_are_0() -> None:
    assert (vectors(two_tastes(), ITEMS + 3)[:, ITEMS - 1 :] == 0).all()


def test_what_tells_of_no_pair_is_0() -> None:
    alone = replace(two_tastes(), start=np.arange(4), item=np.arange(3), time=np.arange(3))
    assert (vectors(alone, 4) == 0).all()


def test_frequencies_are_shares_as_logarithms() -> None:
    given = two_tastes()
    shares = np.exp(frequencies(given))
    counts = np.bincount(given.item, minlength=ITEMS) + 0.5
    np.testing.assert_allclose(shares, counts / counts.sum(), rtol=1e-6)
