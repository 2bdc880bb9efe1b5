"""Histories cut into pieces of one length, so that a net reads many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories

NOTHING = -1  # after an item that nothing came after


@dataclass(frozen=True)
class Windows:
    """Pieces of histories, one in a row, filled up on the right.

    Attributes:
        item: int64 [windows, length]; the number of items there are, which is none, fills up.
        time: moments in microseconds, int64 [windows, length]; the last one fills up.
        then: the item that came next, int64 [windows, length]; NOTHING where there is none.
        lengths: how many items a window holds, shape (windows,).
    """

    item: Array
    time: Array
    then: Array
    lengths: Array

    def __len__(self) -> int:
        return len(self.item)


def steps(histories: Histories, length: int, shift: Array) -> Windows:
    """Every step from an item to the next, once.

    Args:
        length: of the longest window, in steps.
        shift: how many steps of its own length a user's first window lacks, shape (users,).
    """
    ends = histories.start[1:][histories.lengths > 0] - 1
    here = np.ones(len(histories.item), dtype=bool)
    here[ends] = False
    place = np.flatnonzero(here)
    user = histories.user[place]
    number = (place - histories.start[user] + shift[user]) // length
    first = np.ones(len(place), dtype=bool)
    first[1:] = (user[1:] != user[:-1]) | (number[1:] != number[:-1])
    return _windows(histories, place, np.flatnonzero(first), length, place + 1)


def ends(histories: Histories, length: int) -> Windows:
    """The last items of each user, at most `length`; nothing is told of what came next."""
    back = np.repeat(histories.start[1:], histories.lengths) - np.arange(len(histories.item))
    place = np.flatnonzero(back <= length)
    counts = np.minimum(histories.lengths, length)
    return _windows(histories, place, np.cumsum(counts) - counts, length, None)


def with_ties_shuffled(histories: Histories, random: np.random.Generator) -> Histories:
    """The same, but what a user had in one moment stands in an order drawn at random."""
    drawn = random.random(len(histories.item))
    order = np.lexsort((drawn, histories.time, histories.user))
    return replace(histories, item=histories.item[order], value=histories.value[order])


def _windows(
    histories: Histories, place: Array, first: Array, length: int, then: Array | None
) -> Windows:
    """Rows of `place` that begin at the places in it named by `first`."""
    lengths = np.diff(np.append(first, len(place)))
    row = np.repeat(np.arange(len(first)), lengths)
    column = np.arange(len(place)) - np.repeat(first, lengths)
    shape = (len(first), length)
    item = np.full(shape, histories.items, dtype=np.int64)
    item[row, column] = histories.item[place]
    time = np.zeros(shape, dtype=np.int64)
    time[row, column] = histories.time[place]
    # Moments only rise: what was left 0 takes the last one.
    time = np.maximum.accumulate(time, axis=1)
    told = np.full(shape, NOTHING, dtype=np.int64)
    if then is not None:
        told[row, column] = histories.item[then]
    return Windows(item, time, told, lengths)
