"""Fitted models as sums over what a user had, which is what a request and its reasons need."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array
from penstock.models.ranking.ease import EASE
from penstock.models.ranking.ials import IALS
from penstock.models.ranking.item_knn import ItemKNN
from penstock.models.ranking.parts.explained import ItemToItem
from penstock.models.ranking.parts.packed import unpack
from penstock.models.ranking.parts.ranker import Ranker
from penstock.retrieval.approximate import EXACT_UP_TO, open_index
from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import NotServable, UnfitRequest
from penstock.retrieval.selecting import add_rows, add_sparse_rows, best

SERVED = ("ease", "item_knn", "rp3beta", "slim", "ials")


class Scorer(Protocol):
    """A model whose score of an item is a sum over the items that a user had.

    All places are those of the catalogue, `had` ascending.
    """

    def represent(self, had: Array) -> Array:
        """What of a user the scores are made from: to be kept until the history changes."""

    def best(self, user: Array, allowed: Array, k: int) -> tuple[Array, Array]:
        """Places and scores, float64, of the `k` best items allowed, best first; fewer if so."""

    def score(self, user: Array, places: Array) -> Array:
        """Scores of some items, float64 [places]."""

    def shares(self, had: Array, places: Array) -> Array:
        """What each item had adds to each score, float64 [had, places]."""


class Weights:
    """Weights between items, dense float32 or sparse float64 [items, items]."""

    def __init__(self, weights: Array | sparse.csr_array) -> None:
        self.weights = weights

    def represent(self, had: Array) -> Array:
        return had

    def best(self, user: Array, allowed: Array, k: int) -> tuple[Array, Array]:
        scores = self._all(user)
        places = best(scores, allowed, k)
        return places, scores[places]

    def score(self, user: Array, places: Array) -> Array:
        scores: Array = self.shares(user, places).sum(axis=0)
        return scores

    def shares(self, had: Array, places: Array) -> Array:
        if isinstance(self.weights, np.ndarray):
            return self.weights[had[:, None], places].astype(np.float64)
        shares: Array = self.weights[had][:, places].toarray()
        return shares

    def _all(self, had: Array) -> Array:
        scores, rows = np.zeros(self.weights.shape[1]), self.weights
        if isinstance(rows, np.ndarray):
            add_rows(rows, had, np.ones(len(had)), scores)
        else:
            add_sparse_rows(rows.data, rows.indices, rows.indptr, had, scores)
        return scores


class Vectors:
    """iALS: vectors of items; a user's is solved from what they had, as a fit would solve it.

    Up to `exact_up_to` items all scores are summed up, beyond an index finds the best.
    """

    def __init__(
        self, model: IALS, vectors: Array, sample: list[Array], exact_up_to: int = EXACT_UP_TO
    ) -> None:
        """Take the items of `model` as the catalogue has them.

        Args:
            vectors: float64 [items, size].
            sample: what some users had; an approximate index is tuned and measured on them.
        """
        fitted, self._asked = model.kept["vectors"], model.settings
        self.vectors, self._items = vectors, len(fitted)
        self._all_items = self._asked.unobserved * fitted.T @ fitted
        self._by_number = np.ascontiguousarray(vectors.T)
        self._last: tuple[Array, Array] = np.array([-1]), self._all_items  # of nobody yet
        self.index = None
        if len(vectors) > exact_up_to:
            queries = np.array([self.represent(had) for had in sample])
            self.index = open_index(vectors, queries, exact_up_to=exact_up_to)

    def represent(self, had: Array) -> Array:
        solved: Array = np.linalg.solve(self._left(had), self.vectors[had].sum(axis=0))
        return solved

    def best(self, user: Array, allowed: Array, k: int) -> tuple[Array, Array]:
        if self.index is not None:
            places, scores = (part[0] for part in self.index.search(user[None], k, allowed))
            return places[places >= 0], scores[places >= 0]
        scores = np.zeros(len(self.vectors))
        add_rows(self._by_number, np.arange(len(user)), user, scores)
        places = best(scores, allowed, k)
        return places, scores[places]

    def score(self, user: Array, places: Array) -> Array:
        scores: Array = self.vectors[places] @ user
        return scores

    def shares(self, had: Array, places: Array) -> Array:
        """Hu et al. 2008, section 5: a score is v' A⁻¹ Σ f, a sum over the items had."""
        towards = np.linalg.solve(self._left(had), self.vectors[places].T)
        shares: Array = self.vectors[had] @ towards
        return shares

    def _left(self, had: Array) -> Array:
        """A of a user's normal equations, shape (size, size); a request needs it twice."""
        last, kept = self._last
        if np.array_equal(last, had):
            return kept
        mine, asked = self.vectors[had], self._asked
        left: Array = self._all_items + mine.T @ mine
        weight = len(had) + asked.unobserved * self._items
        left[np.diag_indices_from(left)] += asked.l2 * weight**asked.frequency
        self._last = had, left
        return left


def scorer_of(
    model: Ranker, catalogue: Catalogue, sample: list[Array], exact_up_to: int = EXACT_UP_TO
) -> Scorer:
    """`model` with its items as they stand in `catalogue`; new ones have neither score nor share.

    Args:
        sample: places of what some users had, for `Vectors`.

    Raises:
        NotServable: the scores of such a model are no sums over what a user had.
        UnfitRequest: the catalogue lacks an item that `model` was fitted on.
    """
    column = model.items.get_indexer(catalogue.ids)
    lost = len(model.items) - np.count_nonzero(column >= 0)
    if lost:
        fix = "keep their rows, with a `stock` of 0: what users had of them still counts"
        raise UnfitRequest("catalogue", "all items of the model", f"{lost} less", fix)
    if isinstance(model, IALS):
        vectors = np.where(column[:, None] >= 0, model.kept["vectors"][column], 0.0)
        return Vectors(model, vectors, sample, exact_up_to)
    if isinstance(model, EASE):
        return Weights(_spread(model.kept["weights"], column))
    if isinstance(model, ItemKNN | ItemToItem):
        weights = unpack("alike" if isinstance(model, ItemKNN) else "weights", model.kept)
        known, place = np.flatnonzero(column >= 0), np.empty(len(model.items), dtype=np.int64)
        place[column[known]] = known
        cells = weights.tocoo()
        row, to = (place[part] for part in cells.coords)
        shape = (len(column), len(column))
        return Weights(sparse.csr_array((cells.data, (row, to)), shape=shape))
    raise NotServable(type(model).__name__, SERVED)


def _spread(weights: Array, column: Array) -> Array:
    """Rows and columns in the order of the catalogue, zeros for items that are new."""
    if np.array_equal(column, np.arange(len(weights))):
        return np.ascontiguousarray(weights)
    spread = np.zeros((len(column), len(column)), dtype=weights.dtype)
    known = np.flatnonzero(column >= 0)
    spread[np.ix_(known, known)] = weights[np.ix_(column[known], column[known])]
    return spread
