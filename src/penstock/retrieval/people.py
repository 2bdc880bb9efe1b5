"""What each user has had, as it grows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.models.ranking.parts.histories import Histories
from penstock.retrieval.catalogue import Catalogue

NOTHING = np.zeros(0, dtype=np.int64)


class People:
    """Users by id; one that nobody knows has had nothing.

    Attributes:
        ids: of the users in the view.
    """

    def __init__(self, view: View, catalogue: Catalogue) -> None:
        self.ids = ids = pd.Index(view.data.tables["users"][view.signature.roles["entity"]])
        had = Histories.of(view, ids, catalogue.ids).matrix()
        had.sort_indices()
        self._start, self._items = had.indptr, had.indices.astype(np.int64)
        self._row = {user: row for row, user in enumerate(ids.tolist())}
        self._grown: dict[Any, Array] = {}

    def had(self, user: Any) -> Array:
        """Places in the catalogue, each once, ascending."""
        if user in self._grown:
            return self._grown[user]
        row = self._row.get(user)
        if row is None:
            return NOTHING
        had: Array = self._items[self._start[row] : self._start[row + 1]]
        return had

    def take(self, user: Any, place: int) -> bool:
        """Add an item to what `user` has had, who may be new; False where they had it before."""
        had = self.had(user)
        at = int(np.searchsorted(had, place))
        if at < len(had) and had[at] == place:
            return False
        self._grown[user] = np.insert(had, at, place)
        return True

    def some(self, count: int) -> list[Array]:
        """What `count` users have had, spread over all who have had something."""
        rows = np.flatnonzero(np.diff(self._start) > 0)
        chosen = rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)]
        return [self._items[self._start[row] : self._start[row + 1]] for row in chosen]
