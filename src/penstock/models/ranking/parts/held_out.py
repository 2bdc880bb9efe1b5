"""What users took later, kept from a log so that a second stage can learn to rank for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories

HeldOut = Literal["random", "latest", "next"]


@dataclass(frozen=True)
class Round:
    """What users had, and what they took after.

    Attributes:
        user, item: the pairs taken.
    """

    before: Histories
    user: Array
    item: Array


def rounds(
    histories: Histories, how: HeldOut, share: float, count: int, random: np.random.Generator
) -> tuple[Histories, list[Round]]:
    """What the first stage learns from, and what the second does.

    Args:
        how: `random`, `share` of all interactions; `latest`, that share of the log's end; `next`,
            `count` rounds, in each the item that came next, of everybody who had more than these.
    """
    if how == "next":
        return _next(histories, count)
    if how == "random":
        kept = random.random(len(histories.item)) >= share
    else:
        kept = histories.time < np.quantile(histories.time, 1 - share)
    before = only(histories, kept)
    return before, [Round(before, histories.user[~kept], histories.item[~kept])]


def only(histories: Histories, kept: Array) -> Histories:
    """The interactions marked in `kept`, of as many users."""
    counts = np.bincount(histories.user[kept], minlength=len(histories))
    return replace(
        histories,
        start=np.concatenate([[0], np.cumsum(counts)]),
        item=histories.item[kept],
        time=histories.time[kept],
        value=histories.value[kept],
    )


def _next(histories: Histories, count: int) -> tuple[Histories, list[Round]]:
    lengths = np.repeat(histories.lengths, histories.lengths)
    back = np.repeat(histories.start[1:], histories.lengths) - np.arange(len(histories.item))
    long = lengths > count
    found = []
    for away in range(count, 0, -1):
        told = long & (back == away)
        before = only(histories, long & (back > away))
        found.append(Round(before, histories.user[told], histories.item[told]))
    return only(histories, ~long | (back > count)), found
