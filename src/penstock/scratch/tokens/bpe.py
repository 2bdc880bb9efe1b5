"""Byte-pair encoding, over characters (Sennrich, Haddow and Birch 2016)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from penstock.scratch.errors import SettingError
from penstock.scratch.tokens.merging import learn_merges
from penstock.scratch.tokens.splitting import count_words, words_of

UNKNOWN = "[UNK]"


class BytePairEncoding:
    """Pieces that grew out of frequent neighbours; a word is cut as its merges were learnt.

    Attributes:
        pieces: by number; the first stands for characters that were never met.
        merges: pairs of pieces, the earliest learnt first.
    """

    def __init__(self, size: int) -> None:
        if size < 2:
            raise SettingError("BytePairEncoding", "a size from 2", size)
        self.size = size
        self.pieces: list[str] = []
        self.merges: list[tuple[str, str]] = []

    def fit(self, lines: Iterable[str]) -> BytePairEncoding:
        """Learn the merges from text."""
        found, self.merges = learn_merges(count_words(lines), self.size, [UNKNOWN])
        self.pieces = found.listed
        self._number = found.number
        self._rank = {pair: rank for rank, pair in enumerate(self.merges)}
        return self

    def cut(self, text: str) -> list[str]:
        """The pieces of a text; a character that was never met stands as `UNKNOWN`."""
        return [piece for word in words_of(text) for piece in self._cut_word(word)]

    def encode(self, text: str) -> list[int]:
        """The numbers of the pieces of a text."""
        return [self._number[piece] for piece in self.cut(text)]

    def decode(self, numbers: Iterable[int]) -> list[str]:
        """The pieces with these numbers."""
        return [self.pieces[number] for number in numbers]

    def _cut_word(self, word: str) -> list[str]:
        cut = [one if one in self._number else UNKNOWN for one in word]
        while len(cut) > 1:
            ranks = [self._rank.get(pair, len(self._rank)) for pair in itertools.pairwise(cut)]
            least = min(ranks)
            if least == len(self._rank):
                break
            place = ranks.index(least)
            cut[place : place + 2] = ["".join(cut[place : place + 2])]
        return cut
