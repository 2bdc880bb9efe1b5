"""Information in nats: entropy, cross-entropy, divergence, what one thing tells of another.

Source: Cover and Thomas 2006, chapter 2. 0 log 0 is 0.
"""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


def chances(where: str, p: Array) -> Array:
    """`p` as chances; raises SettingError where it is none."""
    found = np.asarray(p, np.float64)
    if (found < 0).any() or abs(found.sum() - 1) > 1e-9:
        raise SettingError(where, "chances that sum to 1", found.tolist())
    return found


def entropy(p: Array) -> float:
    """H(p) = -Σ p log p: how much one is surprised on average."""
    given = chances("entropy", p)
    inside = given[given > 0]
    return float(-(inside * np.log(inside)).sum())


def cross_entropy(p: Array, q: Array) -> float:
    """-Σ p log q: the surprise of one who believes q; infinite where q rules out what happens."""
    given, believed = chances("cross_entropy", p), chances("cross_entropy", q)
    inside = given > 0
    with np.errstate(divide="ignore"):
        return float(-(given[inside] * np.log(believed[inside])).sum())


def divergence(p: Array, q: Array) -> float:
    """KL(p || q): what believing q costs beyond the entropy; never negative, 0 only for p = q."""
    given, believed = chances("divergence", p), chances("divergence", q)
    inside = given > 0
    with np.errstate(divide="ignore"):
        return float((given[inside] * np.log(given[inside] / believed[inside])).sum())


def mutual_information(joint: Array) -> float:
    """I(X; Y) of chances (x, y): what knowing one tells of the other."""
    given = chances("mutual_information", joint)
    apart = np.outer(given.sum(axis=1), given.sum(axis=0))
    return divergence(given.ravel(), apart.ravel())


def information_gain(labels: Array, side: Array) -> float:
    """What a split tells of labels: H(labels) less the mean entropy of its sides (Quinlan 1986).

    Args:
        labels, side: (n,) integers from 0.
    """
    joint = np.zeros((int(labels.max()) + 1, int(side.max()) + 1))
    np.add.at(joint, (labels, side), 1 / len(labels))
    return mutual_information(joint)
