"""Where a net of items starts: vectors of items that are had one near another lie near.

A smooth positive pointwise mutual information of items had within a few steps, split into its
leading eigenvectors (Levy and Goldberg, Neural word embedding as implicit matrix factorization,
NeurIPS 2014). From there four epochs take a net as far as twenty do from random vectors.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from penstock.core.contracts import Array
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.transitions import transitions

REACH, FADE = 10, 0.8  # steps apart that count as near; what one counts for each step further


def vectors(histories: Histories, size: int) -> Array:
    """float32 [items, size], of mean squared length 1; 0 beyond what the items fill."""
    after = transitions(histories, REACH, FADE, even_ties=True)
    near = sparse.csr_array(after + after.T)
    often = np.asarray(near.sum(axis=1)).ravel() + 1
    found = near.tocoo()
    row, column = found.coords
    told = np.log1p(found.data * found.data.sum() / (often[row] * often[column]))
    shared = sparse.csr_array((told, (row, column)), shape=near.shape)
    made = np.zeros((histories.items, size))
    count = min(size, histories.items - 1)
    if count > 0 and len(told):
        made[:, :count] = _leading(shared, count)
    length = np.sqrt((made**2).sum(axis=1).mean())
    scaled: Array = (made / max(length, 1e-12)).astype(np.float32)
    return scaled


def frequencies(histories: Histories) -> Array:
    """The logarithm of each item's share of all that was had, float32 [items]."""
    counts = np.bincount(histories.item, minlength=histories.items) + 0.5
    logarithms: Array = np.log(counts / counts.sum()).astype(np.float32)
    return logarithms


def _leading(shared: sparse.csr_array, count: int) -> Array:
    """Eigenvectors of the largest eigenvalues, times their roots; signs are settled."""
    from scipy.sparse.linalg import eigsh

    values, found = eigsh(shared, k=count, which="LA", v0=np.ones(shared.shape[0]))
    order = np.argsort(-values, kind="stable")
    values, found = values[order], found[:, order]
    found *= np.sign(found[np.abs(found).argmax(axis=0), np.arange(count)])
    scaled: Array = found * np.sqrt(np.maximum(values, 0))
    return scaled
