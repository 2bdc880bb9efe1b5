"""Metrics of rankings, literally as they are defined, one user at a time; for comparison only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set


def ndcg(shown: Sequence[int], taken: Set[int], k: int) -> float:
    gain = sum(1 / math.log2(place + 2) for place, item in enumerate(shown[:k]) if item in taken)
    best = sum(1 / math.log2(place + 2) for place in range(min(k, len(taken))))
    return gain / best


def average_precision(shown: Sequence[int], taken: Set[int], k: int) -> float:
    total = 0.0
    for place, item in enumerate(shown[:k]):
        if item in taken:
            total += len(set(shown[: place + 1]) & taken) / (place + 1)
    return total / len(taken)


def reciprocal_rank(shown: Sequence[int], taken: Set[int], k: int) -> float:
    for place, item in enumerate(shown[:k]):
        if item in taken:
            return 1 / (place + 1)
    return 0.0


def diversity(shown: Sequence[int], kinds: Mapping[int, Set[str]], k: int) -> float:
    """One less the mean cosine of the categories of two different items."""
    pairs = [(a, b) for a in shown[:k] for b in shown[:k] if a != b]
    alike = [len(kinds[a] & kinds[b]) / math.sqrt(len(kinds[a]) * len(kinds[b])) for a, b in pairs]
    return 1 - sum(alike) / len(alike)


def of_user(shown: Sequence[int], taken: Set[int], k: int) -> dict[str, float]:
    hits = len(set(shown[:k]) & taken)
    return {
        f"ndcg@{k}": ndcg(shown, taken, k),
        f"map@{k}": average_precision(shown, taken, k),
        f"precision@{k}": hits / k,
        f"recall@{k}": hits / len(taken),
        f"hit_rate@{k}": float(hits > 0),
        f"mrr@{k}": reciprocal_rank(shown, taken, k),
    }
