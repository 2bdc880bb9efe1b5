"""What was taken later, joined to what was shown: the label, and what metrics need beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.tasks.ranking.trials import ITEMS, Cut, Log, ProtocolSettings


@dataclass(frozen=True)
class Truth:
    """One split, looked up by position of user and item.

    Attributes:
        pairs: sorted numbers of the pairs to be found, and `rows`, where they stand.
        relevant: how many of them each user has, shape (users,).
        history: interactions of each user in the training rows, shape (users,).
        popularity: share of the training users who had each item, shape (items,).
        catalogue: how many items somebody had.
    """

    pairs: Array
    rows: Array
    relevant: Array
    history: Array
    popularity: Array
    catalogue: int

    @property
    def judged(self) -> int:
        """How many users are judged."""
        return int((self.relevant > 0).sum())


def truth_of(log: Log, cut: Cut) -> Truth:
    """The truth of a split."""
    pairs = log.pair(cut.judged)
    order = np.argsort(pairs)
    had = np.unique(log.pair(cut.fit)) % len(log.items)
    users_of = np.bincount(had, minlength=len(log.items))
    return Truth(
        pairs=pairs[order],
        rows=cut.judged[order],
        relevant=np.bincount(log.user[cut.judged], minlength=len(log.users)),
        history=np.bincount(log.user[cut.fit], minlength=len(log.users)),
        popularity=users_of / len(np.unique(log.user[cut.fit])),
        catalogue=int((users_of > 0).sum()),
    )


def joined(
    evidence: pd.DataFrame, log: Log, protocol: ProtocolSettings, split: str
) -> pd.DataFrame:
    """The evidence of one split as deep as it is judged, with columns beside.

    `label` (1: taken later), `relevant` (how many such items the user has), `judged` (users),
    `history` (interactions learnt from), `catalogue` (items learnt from), `value` (the true one,
    in rows without a rank), `novelty`, `popularity_bias`, `diversity` (NaN where nothing is known).
    """
    return joined_to(truth_of(log, log.cut(protocol, split)), evidence, log, protocol.depth)


def joined_to(truth: Truth, evidence: pd.DataFrame, log: Log, depth: int) -> pd.DataFrame:
    """The evidence of what `truth` tells of, with the columns of `joined`."""
    rows = evidence[~(evidence["rank"] > depth).fillna(False).to_numpy(dtype=bool)]
    user, item = log.users.get_indexer(rows["user"]), log.items.get_indexer(rows["item"])
    assert (user >= 0).all() and (item >= 0).all(), "evidence is of users and items of the features"
    pair = user * len(log.items) + item
    place = np.minimum(np.searchsorted(truth.pairs, pair), len(truth.pairs) - 1)
    taken = truth.pairs[place] == pair
    share = np.maximum(truth.popularity[item], 1 / max(truth.relevant.size, 1))
    ranked = rows["rank"].notna().to_numpy(dtype=bool)
    value = log.rows[log.signature.roles["value"]].to_numpy(dtype=np.float64)[truth.rows[place]]
    columns = {
        "label": taken.astype(np.int8),
        "relevant": truth.relevant[user].astype(np.int32),
        "judged": np.int32(truth.judged),
        "history": truth.history[user].astype(np.int32),
        "catalogue": np.int32(truth.catalogue),
        "value": np.where(taken & ~ranked, value, np.nan),
        "novelty": -np.log2(share),
        "popularity_bias": truth.popularity[item],
        "diversity": _diversity(rows, item, ranked, log.dataset),
    }
    kept: pd.DataFrame = rows.drop(columns="z").assign(**columns)
    return kept


def categories(dataset: Dataset) -> Array:
    """Each item's categories as a vector of length 1, shape (items, categories); 0 for none."""
    named = dataset.tables[ITEMS]["category"].str.get_dummies("|")
    marks = named.drop(columns="", errors="ignore").to_numpy(dtype=np.float64)
    length = np.sqrt((marks**2).sum(axis=1, keepdims=True))
    unit: Array = marks / np.maximum(length, 1e-12)
    return unit


def _diversity(rows: pd.DataFrame, item: Array, ranked: Array, dataset: Dataset) -> Array:
    """One less an item's mean cosine with the others of its list.

    The mean over a list is its diversity. NaN for items without a category and lists of one.
    """
    vectors = categories(dataset)
    own = vectors[item] * ranked[:, None]
    counts = own.any(axis=1) if own.size else np.zeros(len(rows), dtype=bool)
    codes = pd.factorize(pd.MultiIndex.from_frame(rows[["fold", "user"]]))[0]
    lists = codes.max(initial=-1) + 1
    length = np.bincount(codes, counts, minlength=lists)[codes]
    together = np.zeros((lists, vectors.shape[1]))
    np.add.at(together, codes, own)
    # An item's cosine with itself is 1.
    alike = ((own * together[codes]).sum(axis=1) - 1) / np.maximum(length - 1, 1)
    different: Array = np.where(counts & (length > 1), 1 - alike, np.nan)
    return different
