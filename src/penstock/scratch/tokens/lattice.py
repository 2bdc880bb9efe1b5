"""All ways to cut a word into pieces: the best of them, and how often each piece takes part.

Pieces are given with the logarithm of their probability; a way's is the sum over its pieces. Both
walks are those of a hidden Markov chain without states: Viterbi's, and forward with backward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import exp, inf, log1p


def best_cut(word: str, score: Mapping[str, float], longest: int, unknown: float) -> list[str]:
    """The pieces of the likeliest way; of equals, that whose last piece begins first.

    Args:
        longest: characters of a piece.
        unknown: the score of a character that is no piece.
    """
    best, back = [0.0] + [-inf] * len(word), [0] * (len(word) + 1)
    for start in range(len(word)):
        single = False
        for end in range(start + 1, min(start + longest, len(word)) + 1):
            piece = score.get(word[start:end])
            if piece is None:
                continue
            single |= end == start + 1
            if best[start] + piece > best[end]:
                best[end], back[end] = best[start] + piece, start
        if not single and best[start] + unknown > best[start + 1]:
            best[start + 1], back[start + 1] = best[start] + unknown, start
    cut: list[str] = []
    end = len(word)
    while end:
        cut.append(word[back[end] : end])
        end = back[end]
    return cut[::-1]


def log_add(one: float, other: float) -> float:
    """log(exp(one) + exp(other)), without overflow."""
    if one == -inf:
        return other
    high, low = max(one, other), min(one, other)
    return high + log1p(exp(low - high))


def expected_counts(
    word: str, score: Mapping[str, float], longest: int
) -> tuple[float, dict[str, float]]:
    """The log-probability of a word over all ways, and the expected count of each piece in it.

    A word that can't be cut has probability 0 and no counts.
    """
    size = len(word)
    ahead, behind = [0.0] + [-inf] * size, [-inf] * size + [0.0]
    edges = [
        (start, end, score[word[start:end]])
        for start in range(size)
        for end in range(start + 1, min(start + longest, size) + 1)
        if word[start:end] in score
    ]
    for start, end, piece in edges:
        ahead[end] = log_add(ahead[end], ahead[start] + piece)
    for start, end, piece in reversed(edges):
        behind[start] = log_add(behind[start], behind[end] + piece)
    found: defaultdict[str, float] = defaultdict(float)
    if ahead[size] == -inf:
        return -inf, {}
    for start, end, piece in edges:
        found[word[start:end]] += exp(ahead[start] + piece + behind[end] - ahead[size])
    return ahead[size], dict(found)
