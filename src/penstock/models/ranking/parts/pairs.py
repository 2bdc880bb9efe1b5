"""Stochastic descent on pairs of an item that a user had and one that they had not."""

from __future__ import annotations

import math

import numpy as np

from penstock.core.compiled import compiled
from penstock.core.contracts import Array


@compiled
def draw(
    random: np.random.Generator,
    rows: Array,
    owner: Array,
    start: Array,
    items: Array,
    count: int,
    drawn: Array,
) -> None:
    """Fill `drawn`, int64 [3, draws], with: user, item had, item not had; both uniform.

    Args:
        rows: interactions to draw from, of users who had fewer than `count` items.
        owner: the user of each interaction.
        start, items: what each user had, ascending: the parts of a sparse matrix by rows.
        count: how many items there are.
    """
    for place in range(drawn.shape[1]):
        row = rows[int(random.random() * len(rows))]
        user = owner[row]
        mine = items[start[user] : start[user + 1]]
        while True:
            other = int(random.random() * count)
            near = np.searchsorted(mine, other)
            if near == len(mine) or mine[near] != other:
                break
        drawn[0, place], drawn[1, place], drawn[2, place] = user, items[row], other


@compiled
def descend(drawn: Array, users: Array, items: Array, pull: Array, rate: float, l2: float) -> float:
    """One step for each draw, in place, on -ln σ(x) + ½ l2 · squares, x the gap of two scores.

    Args:
        drawn: int64 [3, draws]: user, item had, item not had.
        users, items: vectors, float32 [users or items, size].
        pull: what an item scores for everybody, float32 [items].

    Returns:
        The mean of -ln σ(x) before each step.
    """
    total = 0.0
    size = users.shape[1]
    step, shrink = np.float32(rate), np.float32(l2)
    for place in range(drawn.shape[1]):
        user, had, other = users[drawn[0, place]], drawn[1, place], drawn[2, place]
        liked, missed = items[had], items[other]
        gap = pull[had] - pull[other]
        for i in range(size):
            gap += user[i] * (liked[i] - missed[i])
        # ln(1 + exp(-x)) without overflow.
        total += math.log1p(math.exp(-abs(gap))) + max(-gap, 0.0)
        slope = np.float32(1 / (1 + math.exp(gap)))
        pull[had] += step * (slope - shrink * pull[had])
        pull[other] -= step * (slope + shrink * pull[other])
        for i in range(size):
            mine, near, far = user[i], liked[i], missed[i]
            user[i] += step * (slope * (near - far) - shrink * mine)
            liked[i] += step * (slope * mine - shrink * near)
            missed[i] -= step * (slope * mine + shrink * far)
    return float(total / max(drawn.shape[1], 1))
