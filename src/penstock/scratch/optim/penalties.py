"""Terms of the loss that hold weights small.

An L2 penalty λ/2·‖w‖² pulls each weight in proportion to its size, as SGD's `weight_decay=λ` does;
an L1 penalty pulls all alike and leaves many at zero (Goodfellow et al. 2016, section 7.1).
"""

from __future__ import annotations

from collections.abc import Iterable

from penstock.scratch.autograd.functions import absolute
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError


def l1(weights: Iterable[Tensor], strength: float) -> Tensor:
    """λ·Σ|w| over all weights, λ the strength."""
    return _sum([absolute(one).sum() for one in weights]) * strength


def l2(weights: Iterable[Tensor], strength: float) -> Tensor:
    """λ/2·Σw² over all weights, λ the strength."""
    return _sum([(one * one).sum() for one in weights]) * (strength / 2)


def _sum(terms: list[Tensor]) -> Tensor:
    if not terms:
        raise SettingError("penalty", "one weight at least", "none")
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
