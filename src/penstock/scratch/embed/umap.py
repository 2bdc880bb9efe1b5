"""UMAP: a map that keeps each row's nearest neighbours (McInnes, Healy and Melville 2018).

Who is near whom becomes a fuzzy graph, whatever the density around a row; the map is pulled
together along its edges and pushed apart elsewhere, by stochastic descent.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.embed.pca import PCA
from penstock.scratch.estimators.checking import check_setting, generator
from penstock.scratch.estimators.estimator import Estimator
from penstock.scratch.neighbors.nearest import nearest

NEGATIVES = 5  # rows that each pull pushes against
CLIPPED = 4.0  # the longest move along an axis, times the learning rate
FLOOR = 1e-3  # of a width, as a share of the mean distance
FARTHEST = 3  # on the map, where the curve of distances ends


class UMAP(Estimator):
    """Rows on a plane, or on a line.

    Attributes:
        embedding_: (N, n_components).
        graph_: (N, N), how surely two rows are neighbours.
    """

    embedding_: Array
    graph_: Array

    def __init__(
        self,
        n_components: int = 2,
        n_neighbors: int = 15,
        min_dist: float = 0.1,
        n_epochs: int = 300,
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.min_dist = min_dist
        self.n_epochs = n_epochs
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Lay out rows (N, features), N above the neighbours."""
        rows = self._given(X, least=3)
        fits = 2 <= self.n_neighbors <= len(rows)
        check_setting(fits, self, "n_neighbors", f"from 2 to {len(rows)}, the rows")
        check_setting(0 <= self.min_dist < FARTHEST, self, "min_dist", "from 0 to below 3")
        self.graph_ = fuzzy_graph(rows, self.n_neighbors)
        start = PCA(self.n_components).fit_transform(rows)
        start = 10 * start / np.abs(start).max()
        self.embedding_ = self._laid_out(start, generator(self.random_state))
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Where the rows lie on the map."""
        return self.fit(X).embedding_

    def _laid_out(self, place: Array, random: np.random.Generator) -> Array:
        a, b = curve_of(self.min_dist)
        head, tail = np.nonzero(self.graph_)
        chance = self.graph_[head, tail] / self.graph_.max()
        for epoch in range(self.n_epochs):
            rate = 1 - epoch / self.n_epochs
            pulled = random.random(len(chance)) < chance
            one, other = head[pulled], tail[pulled]
            move = np.zeros_like(place)
            force = _pull(place[one] - place[other], a, b)
            np.add.at(move, one, force)
            np.add.at(move, other, -force)
            pushed = np.repeat(one, NEGATIVES)
            drawn = random.integers(0, len(place), len(pushed))
            np.add.at(move, pushed, _push(place[pushed] - place[drawn], a, b))
            # All edges of a round move together: a row with many of them is held back.
            place = place + rate * np.clip(move, -CLIPPED, CLIPPED)
        return place


def fuzzy_graph(rows: Array, neighbours: int) -> Array:
    """(N, N), symmetric: p + q - p q of how surely each is a neighbour of the other (section 3.1).

    A row's nearest is surely near; further ones less, at a rate that gives all of them together the
    weight log₂(neighbours).
    """
    away, places = nearest(rows, rows, neighbours)
    others = places != np.arange(len(rows))[:, None]
    least = np.where(others & (away > 0), away, np.inf).min(axis=1)
    least = np.where(np.isfinite(least), least, 0.0)[:, None]
    beyond = np.maximum(away - least, 0)
    low, high = np.zeros((len(rows), 1)), np.full((len(rows), 1), np.inf)
    width = np.ones((len(rows), 1))
    for _ in range(64):
        told = np.where(others, np.exp(-beyond / width), 0).sum(axis=1, keepdims=True)
        wide = told > np.log2(neighbours)
        low, high = np.where(wide, low, width), np.where(wide, width, high)
        middle = (low + np.where(np.isinf(high), 0, high)) / 2
        width = np.where(np.isinf(high), width * 2, middle)
    width = np.maximum(width, FLOOR * np.where(least > 0, away.mean(axis=1)[:, None], away.mean()))
    sure = np.zeros((len(rows), len(rows)))
    np.put_along_axis(sure, places, np.where(others, np.exp(-beyond / width), 0), axis=1)
    return np.asarray(sure + sure.T - sure * sure.T)


def curve_of(min_dist: float) -> tuple[float, float]:
    """The a and b of 1 / (1 + a d^2b), closest to a curve that is 1 up to `min_dist` and falls.

    By Levenberg and Marquardt's steps (Nocedal and Wright 2006, section 10.3).
    """
    d = np.linspace(0, FARTHEST, 300)[1:]
    wanted = np.where(d < min_dist, 1.0, np.exp(min_dist - d))
    guess, damping = np.array([1.0, 1.0]), 1e-2
    for _ in range(200):
        told, slopes = _curve(d, guess)
        step = np.linalg.solve(slopes.T @ slopes + damping * np.eye(2), slopes.T @ (wanted - told))
        better = ((wanted - _curve(d, guess + step)[0]) ** 2).sum() < ((wanted - told) ** 2).sum()
        guess, damping = (guess + step, damping / 3) if better else (guess, damping * 3)
    return float(guess[0]), float(guess[1])


def _curve(d: Array, guess: Array) -> tuple[Array, Array]:
    """The curve, and its slopes by a and b (n, 2)."""
    a, b = guess
    power = d ** (2 * b)
    told = 1 / (1 + a * power)
    return told, np.stack([-power, -2 * a * power * np.log(d)], axis=1) * (told**2)[:, None]


def _pull(away: Array, a: float, b: float) -> Array:
    """The move towards a neighbour, clipped."""
    square = np.maximum((away**2).sum(axis=1, keepdims=True), 1e-12)
    force = -2 * a * b * square ** (b - 1) / (1 + a * square**b)
    return np.asarray(np.clip(force * away, -CLIPPED, CLIPPED))


def _push(away: Array, a: float, b: float) -> Array:
    """The move away from a row that is drawn, clipped."""
    square = (away**2).sum(axis=1, keepdims=True)
    force = 2 * b / ((1e-3 + square) * (1 + a * square**b))
    return np.asarray(np.clip(force * away, -CLIPPED, CLIPPED))
