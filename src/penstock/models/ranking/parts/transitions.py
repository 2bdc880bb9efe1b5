"""How often one item came after another, counted over histories."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories


def transitions(
    histories: Histories, reach: int, decay: float, even_ties: bool
) -> sparse.csr_array:
    """From items (rows) to those at most `reach` steps after (columns), shape (items, items).

    Args:
        decay: what a step counts for each item further.
        even_ties: the mean over all orders of the items of one moment, not the order they are in.
    """
    if not even_ties or not len(histories.item):
        return _counted(histories, histories.item, histories.items, reach, decay)
    moment = moments(histories)
    size = np.bincount(moment)
    apart = _counted(histories, moment, len(size), reach, decay)
    within = apart.diagonal()
    apart = apart - sparse.diags_array(within)
    place = (moment, histories.item)
    shape = (len(size), histories.items)
    share = sparse.csr_array((1 / size[moment], place), shape=shape)
    # Within a moment any of them may come before any other, itself left out.
    pair = within / np.maximum(size * (size - 1), 1)
    each = sparse.csr_array((np.sqrt(pair)[moment], place), shape=shape)
    itself = np.bincount(histories.item, pair[moment], minlength=histories.items)
    found = share.T @ apart @ share + each.T @ each - sparse.diags_array(itself)
    found.data[found.data < 1e-12] = 0  # what rounding leaves of an item and itself
    found.eliminate_zeros()
    return sparse.csr_array(found)


def moments(histories: Histories) -> Array:
    """The number of the moment that each interaction is of, its user's own, ascending."""
    first = np.ones(len(histories.item), dtype=bool)
    user, time = histories.user, histories.time
    first[1:] = (user[1:] != user[:-1]) | (time[1:] != time[:-1])
    return np.cumsum(first) - 1


def _counted(
    histories: Histories, place: Array, places: int, reach: int, decay: float
) -> sparse.csr_array:
    user, shape = histories.user, (places, places)
    found = sparse.csr_array(shape)
    for back in range(1, min(reach, histories.lengths.max(initial=0) - 1) + 1):
        same = user[back:] == user[:-back]
        pairs = (place[:-back][same], place[back:][same])
        weight = np.full(len(pairs[0]), decay ** (back - 1))
        found = found + sparse.coo_array((weight, pairs), shape=shape).tocsr()
    return sparse.csr_array(found)
