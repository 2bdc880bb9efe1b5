"""How well a tokeniser cuts: characters a piece, pieces a word, and what it can't name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from penstock.scratch.tokens.splitting import words_of


@dataclass(frozen=True)
class Cutting:
    """Of one tokeniser on one text.

    Attributes:
        bytes_per_piece: of UTF-8; more is shorter input for a model.
        pieces_per_word: fertility; 1 keeps every word whole.
        whole: share of the words that stay whole.
        unknown: share of the pieces that stand for what was never met.
    """

    bytes_per_piece: float
    pieces_per_word: float
    whole: float
    unknown: float


def measure(cut: Callable[[str], list[str]], text: str, unknown: str = "[UNK]") -> Cutting:
    """What `cut` makes of a text with at least one word."""
    words = words_of(text)
    pieces = [cut(word) for word in words]
    count = sum(map(len, pieces))
    return Cutting(
        bytes_per_piece=sum(len(word.encode()) for word in words) / count,
        pieces_per_word=count / len(words),
        whole=sum(len(one) == 1 for one in pieces) / len(words),
        unknown=sum(one.count(unknown) for one in pieces) / count,
    )
