"""What the second of two stages looks at: a row for each pair of a user and a candidate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.retrievers import DAY, NAMES, WEEK, recent

MONTH = 4  # weeks
LATELY = 5  # items


def columns(
    kept: Mapping[str, Array],
    found: Mapping[str, Array],
    histories: Histories,
    user: Array,
    item: Array,
) -> dict[str, Array]:
    """Columns by name, float32 [pairs]; NaN where nothing is known.

    Args:
        kept: what the retrievers learnt.
        found: their scores, shape (users, items).
        user, item: the pairs.
    """
    made: dict[str, Array] = {}
    for name in NAMES:
        values = found[name]
        made[name] = _standard(values)[user, item]
        made[f"{name}_rank"] = _ranks(values)[user, item]
    now = _now(kept, histories)
    made |= _popularity(kept, now[user], item)
    made |= _content(kept, histories, user, item)
    made["history"] = histories.lengths[user]
    made["away_days"] = (kept["closed"][0] - now[user]) / DAY
    return {name: np.asarray(values, dtype=np.float32) for name, values in made.items()}


def _standard(values: Array) -> Array:
    """Less their mean, over their standard deviation: a long history makes no larger scores."""
    may = np.isfinite(values)
    count = np.maximum(may.sum(axis=1, keepdims=True), 1)
    mean = np.where(may, values, 0).sum(axis=1, keepdims=True) / count
    apart = np.where(may, values - mean, 0)
    spread = np.sqrt((apart**2).sum(axis=1, keepdims=True) / count)
    standard: Array = np.where(may, apart / np.where(spread > 0, spread, 1), -np.inf)
    return standard


def _ranks(values: Array) -> Array:
    """From 0, the best; ties by place."""
    order = np.argsort(-values, axis=1, kind="stable")
    ranks = np.empty(values.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(values.shape[1], dtype=np.int32)[None], axis=1)
    return ranks


def _now(kept: Mapping[str, Array], histories: Histories) -> Array:
    """When each user was last seen; who never was is there at the end of the log."""
    now = np.full(len(histories), kept["closed"][0])
    some = histories.lengths > 0
    now[some] = histories.time[histories.start[1:][some] - 1]
    return now


def _popularity(kept: Mapping[str, Array], now: Array, item: Array) -> dict[str, Array]:
    weeks = kept["weeks"]
    until = np.clip((now - kept["opened"][0]) // WEEK + 1, 0, len(weeks) - 1)
    since = np.maximum(until - MONTH, 0)
    return {
        "users_of": kept["users_of"][item],
        "month": weeks[until, item] - weeks[since, item],
        "week": weeks[until, item] - weeks[np.maximum(until - 1, 0), item],
        "age_days": (now - kept["first"][item]) / DAY,
        "liking": kept["liking"][item],
    }


def _content(
    kept: Mapping[str, Array], histories: Histories, user: Array, item: Array
) -> dict[str, Array]:
    """How alike an item is to what the user had, in kind and in age."""
    category, year = kept["category"], kept["year"]
    whole, lately = histories.matrix(np.float32), recent(histories, 1.0, LATELY)
    made = {}
    dated = np.isfinite(year)
    for name, weights in (("kind", whole), ("kind_lately", lately)):
        mean = (weights @ category) / np.maximum(np.asarray(weights.sum(axis=1)), 1)[:, None]
        made[name] = np.einsum("pc,pc->p", mean[user], category[item])
    known = np.asarray(whole @ dated.astype(np.float32))
    total = np.asarray(whole @ np.where(dated, year, 0).astype(np.float32))
    usual = np.where(known > 0, total / np.maximum(known, 1), np.nan)
    return made | {"year": year[item], "year_apart": year[item] - usual[user]}
