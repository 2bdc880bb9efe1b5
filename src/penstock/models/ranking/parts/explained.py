"""Why a user is shown an item: the shares that make up its score."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.packed import unpack
from penstock.models.ranking.parts.ranker import Asked, Ranker


class Explained(Ranker):
    """A model whose scores are sums; it writes `shares` besides.

    Attributes:
        explained_by: what has the shares: items that the user had, or other users.
    """

    explained_by: ClassVar[Literal["item", "user"]] = "item"

    @abstractmethod
    def shares(self, asked: Asked, place: int) -> tuple[Array, Array]:
        """Positions of fitted items or users, and what each adds to the score of item `place`.

        Args:
            asked: one user.
        """

    def explain(self, view: View, user: Any, item: Any) -> dict[Any, float]:
        """{id of an item or user: its share}, largest first; they sum to the score.

        Empty where the user isn't in `view`, or nobody had the item when this was fitted.
        """
        ids = pd.Index(view.data.tables["users"][view.signature.roles["entity"]])
        one = pd.Index([user])
        at, place = ids.get_indexer(one)[0], self.items.get_indexer(pd.Index([item]))[0]
        if at < 0 or place < 0:
            return {}
        histories = Histories.of(view, one, self.items)
        asked = Asked(view, np.array([at]), self.users.get_indexer(one), histories)
        places, shares = self.shares(asked, int(place))
        kept = shares != 0
        places, shares = places[kept], shares[kept]
        order = np.lexsort((places, -np.abs(shares)))
        named = (self.items if self.explained_by == "item" else self.users)[places[order]]
        return dict(zip(named.tolist(), shares[order].tolist(), strict=True))


class ItemToItem(Explained):
    """Sparse `weights` from the items that a user had (rows) to those they tell of (columns)."""

    seeded = False

    def score(self, asked: Asked) -> Array:
        scores: Array = (asked.histories.matrix() @ unpack("weights", self.kept)).toarray()
        return scores

    def shares(self, asked: Asked, place: int) -> tuple[Array, Array]:
        had = np.unique(asked.histories.item)
        weights = unpack("weights", self.kept)
        return had, weights[had][:, [place]].toarray()[:, 0]
