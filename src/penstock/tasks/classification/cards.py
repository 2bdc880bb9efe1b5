"""Card precision@k: what a team finds that can check k cards a day.

Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection, ch. 4: a card's
score is the highest of its day; the k highest are checked; a card found leaves the later days;
the day's precision is found / k, and the metric is the mean over the days.
"""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array

MARGIN = 2  # times the checks: in a resample about a third of the cards are not drawn


class CardDays:
    """The cards of each test day in order of falling score (ties: by card), with their truth."""

    def __init__(self, day: Array, card: Array, label: Array, score: Array, cards: int) -> None:
        """`card` holds codes below `cards`, the codes that the weights are given by."""
        self.cards = cards
        self.days: list[tuple[Array, Array]] = []
        for today in np.unique(day):
            rows = np.flatnonzero(day == today)
            seen, code = np.unique(card[rows], return_inverse=True)
            highest = np.full(len(seen), -np.inf)
            np.maximum.at(highest, code, score[rows])
            fraud = np.zeros(len(seen), dtype=bool)
            np.logical_or.at(fraud, code, label[rows] == 1)
            ranked = np.lexsort((seen, -highest))
            self.days.append((seen[ranked], fraud[ranked]))

    def precision(self, k: int, weights: Array | None = None) -> Array:
        """Precision of each day, shape (days, draws).

        Args:
            weights: how often each card was drawn, shape (cards, draws); None draws each once.
                A card that was drawn twice takes two of the k checks, and is two found cards.
        """
        weights = np.ones((self.cards, 1)) if weights is None else weights
        free = np.ones_like(weights, dtype=bool)
        daily = []
        for cards, fraud in self.days:
            shown, here = _reached(cards, weights, free, k)
            before = np.cumsum(here, axis=0) - here
            checked = np.clip(k - before, 0, here)
            daily.append(checked[fraud[shown]].sum(axis=0) / k)
            free[cards[shown][fraud[shown]]] &= checked[fraud[shown]] == 0
        return np.asarray(daily)


def _reached(cards: Array, weights: Array, free: Array, k: int) -> tuple[slice, Array]:
    """The first cards of the ranking, as many as any draw needs for `k` checks, and their weights.

    The rest of a day's thousands of cards is checked in no draw.
    """
    first = MARGIN * k
    while True:
        shown = slice(0, first)
        here = np.where(free[cards[shown]], weights[cards[shown]], 0)
        if first >= len(cards) or here.sum(axis=0).min() >= k:
            return shown, here
        first *= 2
