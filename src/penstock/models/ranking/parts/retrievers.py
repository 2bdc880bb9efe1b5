"""The first of two stages: scores of all items from which a few candidates are taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from penstock.core.contracts import Array
from penstock.models.ranking.parts.closed_forms import ease
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.least_squares import solve_rows
from penstock.models.ranking.parts.top import top

DAY = 86_400_000_000  # microseconds
WEEK = 7 * DAY
REACH = 10  # items back that a step is counted from, and that tell of the next
FADE = 0.75  # what a step counts for each item further
NAMES = ("taste", "factors", "next", "trend")
SIZE, ROUNDS = 16, 18  # of the vectors of iALS, and how often both sides are solved
UNOBSERVED, PENALTY, FREQUENCY = 0.57, 0.004, 1.127  # its weights, as in models/ranking/ials.py


def learn(
    histories: Histories,
    items: pd.DataFrame,
    l2: float,
    half_life: float,
    seed: int,
    threads: int,
) -> dict[str, Array]:
    """Tensors by name.

    `taste` [items, items]: EASE; `factors` [items, SIZE]: iALS; `next` [items, items]: steps from
    an item to those after it, over roots of how many leave and reach it; `trend` [items]:
    interactions that count half as much after `half_life` days; `weeks` [weeks + 1, items]:
    interactions until the end of each; `opened`, `closed`: first and last moment; `first` [items]:
    when each was first taken; `users_of` [items]; `liking` [items]: mean value; `category`
    [items, categories]: of length 1; `year` [items].

    Args:
        items: the catalogue, a row for each item.
    """
    time = histories.time
    closed = int(time.max(initial=0))
    opened = int(time.min(initial=closed))
    week = (time - opened) // WEEK
    weeks = np.zeros((int(week.max(initial=0)) + 2, histories.items), dtype=np.float32)
    np.add.at(weeks, (week + 1, histories.item), 1)
    first = np.full(histories.items, closed)
    np.minimum.at(first, histories.item, time)
    counted = np.exp2((time - closed) / DAY / half_life)
    known = np.isfinite(histories.value)
    given = np.bincount(histories.item[known], minlength=histories.items)
    liking = np.bincount(histories.item[known], histories.value[known], minlength=histories.items)
    marks = items["category"].str.get_dummies("|").drop(columns="", errors="ignore")
    category = marks.to_numpy(dtype=np.float32)
    length = np.sqrt((category**2).sum(axis=1, keepdims=True))
    return {
        "taste": ease(histories, l2),
        "factors": _factors(histories, seed, threads),
        "next": _steps(histories),
        "trend": np.bincount(histories.item, counted, minlength=histories.items),
        "weeks": np.cumsum(weeks, axis=0),
        "opened": np.array([opened]),
        "closed": np.array([closed]),
        "first": first,
        "users_of": np.asarray(histories.matrix().sum(axis=0)),
        "liking": np.where(given > 0, liking / np.maximum(given, 1), np.nan),
        "category": category / np.maximum(length, 1e-12),
        "year": items["year"].to_numpy(dtype=np.float32),
    }


def scores(kept: Mapping[str, Array], histories: Histories) -> dict[str, Array]:
    """Of all items by each retriever, shape (users, items); -inf where a user had the item."""
    found = {
        "taste": histories.matrix(np.float32) @ kept["taste"],
        "factors": (_solve(histories.matrix(), kept["factors"], 1) @ kept["factors"].T).astype(
            np.float32
        ),
        "next": recent(histories, FADE, REACH) @ kept["next"],
        "trend": np.tile(kept["trend"].astype(np.float32), (len(histories), 1)),
    }
    for values in found.values():
        values[:, kept["users_of"] == 0] = -np.inf
        values[histories.user, histories.item] = -np.inf
    return found


def candidates(found: Mapping[str, Array], reach: int) -> tuple[Array, Array]:
    """Users and items of the pairs that some retriever has among its `reach` best."""
    chosen = np.zeros(next(iter(found.values())).shape, dtype=bool)
    for values in found.values():
        places, best = top(values, reach)
        row, column = np.nonzero(np.isfinite(best))
        chosen[row, places[row, column]] = True
    user, item = np.nonzero(chosen)
    return user, item


def recent(histories: Histories, fade: float, reach: int) -> sparse.csr_array:
    """The last `reach` items of each user, the last one 1, shape (users, items), float32."""
    back = np.repeat(histories.start[1:], histories.lengths) - np.arange(len(histories.item)) - 1
    weight = np.where(back < reach, np.power(fade, np.minimum(back, reach)), 0).astype(np.float32)
    parts = (weight, (histories.user, histories.item))
    return sparse.csr_array(parts, shape=(len(histories), histories.items))


def _factors(histories: Histories, seed: int, threads: int) -> Array:
    of_users = histories.matrix()
    of_items = of_users.T.tocsr()
    items = np.random.default_rng(seed).normal(0, 0.1 / np.sqrt(SIZE), (histories.items, SIZE))
    for _ in range(ROUNDS):
        items = _solve(of_items, _solve(of_users, items, threads), threads)
    return items


def _solve(had: sparse.csr_array, fixed: Array, threads: int) -> Array:
    weight = np.diff(had.indptr) + UNOBSERVED * len(fixed)
    return solve_rows(had, fixed, UNOBSERVED, PENALTY * weight**FREQUENCY, threads)


def _steps(histories: Histories) -> Array:
    user, item = histories.user, histories.item
    steps = np.zeros((histories.items, histories.items))
    for back in range(1, min(REACH, len(item) - 1) + 1):
        same = user[back:] == user[:-back]
        np.add.at(steps, (item[:-back][same], item[back:][same]), FADE ** (back - 1))
    leaving, reaching = steps.sum(axis=1, keepdims=True), steps.sum(axis=0)
    scaled = steps / np.maximum(leaving, 1e-12) ** 0.15 / np.maximum(reaching, 1e-12) ** 0.37
    weights: Array = scaled.astype(np.float32)
    return weights
