"""Average precision of scores, without the cost of importing scikit-learn beside torch."""

from __future__ import annotations

import torch


def average_precision(scores: torch.Tensor, target: torch.Tensor) -> float:
    """Sum over distinct scores, from the highest, of precision times the recall gained.

    Args:
        scores: shape (rows,).
        target: zeros and ones of shape (rows,); at least one is one.
    """
    order = scores.argsort(descending=True, stable=True)
    scores, hits = scores[order], target[order].double().cumsum(0)
    last_of_ties = torch.ones_like(scores, dtype=torch.bool)
    last_of_ties[:-1] = scores[1:] != scores[:-1]
    places = last_of_ties.nonzero().squeeze(1)
    found = hits[places]
    gained = found.diff(prepend=found.new_zeros(1))
    return float((found / (places + 1) * gained).sum() / hits[-1])
