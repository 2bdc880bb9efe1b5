"""Answers for one user at a time: the model's lane, that of content, that of what is trending."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker
from penstock.retrieval.answers import Answer, Explanation, Lane, Shortfall, Shown
from penstock.retrieval.approximate import EXACT_UP_TO
from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import NotServable, UnfitRequest
from penstock.retrieval.exact import check_count
from penstock.retrieval.filters import Filters
from penstock.retrieval.people import NOTHING, People
from penstock.retrieval.scorers import scorer_of
from penstock.retrieval.selecting import best, strongest

SAMPLE = 512  # users that an approximate index is tuned and measured on
REMEMBERED = 100_000  # users whose vectors are kept until their history changes
REASONS = 3  # told for each item shown
ANY = Filters()

Found = tuple[Lane, Array, Array]


class Retriever:
    """A fitted model, the catalogue and what users have had, ready for requests.

    Three lanes. The model ranks the items that it knows for users of whom it knows an item.
    Content (categories, decades) ranks by how much an item is like those the user had: for items
    that nobody had when the model was fitted, and where the model's lane ends. What is trending
    is for users of whom nothing is known.

    Attributes:
        catalogue: its stock can be changed at any time.
    """

    def __init__(
        self, model: Ranker, view: View, trending: Ranker, exact_up_to: int = EXACT_UP_TO
    ) -> None:
        """Make ready to serve.

        Args:
            model: one of `ease`, `item_knn`, `rp3beta`, `slim`, `ials`, fitted or loaded.
            view: what users have had so far, the users, and the catalogue of today; users and
                items may be new since the fit.
            trending: a fitted model that serves users without a history, `recent_popularity`
                or `popularity`.
            exact_up_to: items up to which vectors are searched exactly.

        Raises:
            NotServable: `model` or `trending` is none of these.
            NoIndexLibrary: there are more items than that, and faiss is not installed.
            UnfitRequest: the catalogue holds an id twice, or lacks an item of the model.
        """
        if not trending.cold_users:
            raise NotServable(type(trending).__name__, ("recent_popularity", "popularity"))
        self.catalogue = Catalogue.of(view.data.tables["items"], view.signature.roles["item"])
        self._people = People(view, self.catalogue)
        column = model.items.get_indexer(self.catalogue.ids)
        self._fitted: Array = column >= 0
        self._taken: Array = self._fitted & (model.taken[column] > 0)
        self._scorer = scorer_of(model, self.catalogue, self._sample(), exact_up_to)
        self._content = self.catalogue.content()
        self._names = self.catalogue.ids.tolist()
        self._trend = _trend(trending, view, self.catalogue)
        self._known: dict[Hashable, Array] = {}

    @property
    def users(self) -> pd.Index:
        """Ids of the users in the view; any other is served too."""
        ids: pd.Index = self._people.ids
        return ids

    def had(self, user: Hashable) -> list[Any]:
        """Ids of the items that `user` has had, each once, in the order of the catalogue."""
        had: list[Any] = self.catalogue.ids[self._people.had(user)].tolist()
        return had

    def recommend(
        self, user: Hashable, count: int = 10, filters: Filters = ANY, fresh: int = 0
    ) -> Answer:
        """The `count` best items that `filters` allow `user`, who may be unknown.

        Exactly `count`, and where fewer are allowed, those and a shortfall that says why.

        Args:
            fresh: so many of them, the last, are items that nobody had when the model was
                fitted, where there are such and something is known of the user.

        Raises:
            UnfitRequest: `count` is below 1, or `fresh` not within 0 and `count`.
            UnknownCategory: a filter names a category that no item has.
        """
        check_count(count)
        if not 0 <= fresh <= count:
            raise UnfitRequest("fresh", f"0 to {count}", fresh, "ask for at most `count`")
        had = self._people.had(user)
        allowed, left_out = filters.apply(self.catalogue, had)
        lanes = self._lanes(user, had, allowed, count, fresh)
        shown = tuple(one for lane in lanes for one in self._shown(had, lane))
        short = Shortfall(count, len(shown), left_out) if len(shown) < count else None
        return Answer(user, shown, short)

    def explain(self, user: Hashable, item: Hashable) -> Explanation:
        """The score that `item` has for `user`, and the shares that make it up.

        Whether or not it would be shown; raises UnknownItem where it isn't in the catalogue.
        """
        place = np.array([self.catalogue.place(item)])
        had = self._people.had(user)
        if self._served(had) and self._taken[place[0]]:
            lane, score = Lane.MODEL, self._scorer.score(self._represent(user, had), place)[0]
        elif self._has_content(had):
            lane, score = Lane.CONTENT, self._likeness(had)[place[0]]
        else:
            return Explanation(user, item, float(self._trend[place[0]]), Lane.TRENDING, {})
        mine, shares = self._shares(had, lane, place)
        order = np.argsort(-np.abs(shares[:, 0]), kind="stable")
        order = order[shares[order, 0] != 0]
        names = self.catalogue.ids[mine[order]].tolist()
        told = dict(zip(names, shares[order, 0].tolist(), strict=True))
        return Explanation(user, item, float(score), lane, told)

    def take(self, user: Hashable, item: Hashable) -> None:
        """From now on `user`, who may be new, has had `item`: the next answer counts it.

        The model isn't fitted again; the user's scores are what it would give to a user who came
        with this history. Raises UnknownItem where it isn't in the catalogue.
        """
        if self._people.take(user, self.catalogue.place(item)):
            self._known.pop(user, None)

    # -- lanes -------------------------------------------------------------------------------

    def _lanes(
        self, user: Hashable, had: Array, allowed: Array, count: int, fresh: int
    ) -> list[Found]:
        """What is found by each lane, `count` items at most."""
        first: list[Found] = []
        last: list[Found] = []
        left, room = allowed, count
        if fresh and self._has_content(had):
            scores = self._likeness(had)
            places = best(scores, left & ~self._taken, fresh)
            last = [(Lane.CONTENT, places, scores[places])]
            left, room = _without(left, places), room - len(places)
        if self._served(had):
            user_now = self._represent(user, had)
            places, scores = self._scorer.best(user_now, left & self._taken, room)
            first = [(Lane.MODEL, places, scores)]
            room -= len(places)
            left = _without(left, places) if room else left
        if room:
            content = self._has_content(had)
            lane = Lane.CONTENT if content else Lane.TRENDING
            scores = self._likeness(had) if content else self._trend
            places = best(scores, left, room)
            first.append((lane, places, scores[places]))
        return first + last

    def _shown(self, had: Array, found: Found) -> list[Shown]:
        lane, places, scores = found
        mine, shares = self._shares(had, lane, places)
        rows, most = strongest(np.ascontiguousarray(shares), REASONS)
        why = mine[rows] if len(mine) else rows
        told = zip(places.tolist(), scores.tolist(), why.tolist(), most.tolist(), strict=True)
        return [
            Shown(
                self._names[place],
                score,
                lane,
                {self._names[one]: share for one, share in zip(which, of, strict=True) if share},
            )
            for place, score, which, of in told
        ]

    def _shares(self, had: Array, lane: Lane, places: Array) -> tuple[Array, Array]:
        """Places of what the user had, and the share of each in each score."""
        if lane == Lane.TRENDING:
            return NOTHING, np.zeros((0, len(places)))
        if lane == Lane.CONTENT:
            return had, self._content[had] @ self._content[places].T / len(had)
        mine = had[self._fitted[had]]
        return mine, self._scorer.shares(mine, places)

    def _served(self, had: Array) -> bool:
        """Whether the model can tell something from this history."""
        return bool(self._taken[had].any())

    def _has_content(self, had: Array) -> bool:
        return bool(self._content[had].any())

    def _likeness(self, had: Array) -> Array:
        """Mean cosine of each item to those had, float64 [items]."""
        likeness: Array = self._content @ self._content[had].mean(axis=0)
        return likeness

    def _represent(self, user: Hashable, had: Array) -> Array:
        if user not in self._known:
            if len(self._known) >= REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[user] = self._scorer.represent(had[self._fitted[had]])
        return self._known[user]

    def _sample(self) -> list[Array]:
        some = [had[self._fitted[had]] for had in self._people.some(SAMPLE)]
        return [had for had in some if len(had)]


def _without(allowed: Array, places: Array) -> Array:
    left = allowed.copy()
    left[places] = False
    return left


def _trend(model: Ranker, view: View, catalogue: Catalogue) -> Array:
    """What the model scores for a user without a history, 0 for items that it never met."""
    nobody = Histories(len(model.items), np.zeros(2, np.int64), NOTHING, NOTHING, np.zeros(0))
    asked = Asked(view, np.zeros(1, np.int64), np.full(1, -1), nobody)
    column = model.items.get_indexer(catalogue.ids)
    scores = np.append(np.asarray(model.score(asked), dtype=np.float64)[0], 0.0)
    trend: Array = scores[column]
    return trend
