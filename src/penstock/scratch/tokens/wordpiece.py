"""WordPiece: pieces inside a word are marked, and a word is cut into the longest that fit.

Source: Wu et al. 2016, section 4.1; learnt by counts, as BERT's vocabularies are made today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from penstock.scratch.errors import SettingError
from penstock.scratch.tokens.merging import Pieces, learn_merges
from penstock.scratch.tokens.splitting import count_words, words_of

UNKNOWN, INSIDE = "[UNK]", "##"
LONGEST = 100  # characters of a word that is looked at


class WordPiece:
    """Greedy cutting from the left.

    Attributes:
        pieces: by number; `INSIDE` begins those that continue a word.
    """

    def __init__(self, size: int, pieces: Sequence[str] = ()) -> None:
        if size < 2:
            raise SettingError("WordPiece", "a size from 2", size)
        self.size = size
        self._pieces = Pieces(pieces)

    @property
    def pieces(self) -> list[str]:
        return self._pieces.listed

    def fit(self, lines: Iterable[str]) -> WordPiece:
        """Learn the pieces from text."""
        self._pieces, _ = learn_merges(count_words(lines), self.size, [UNKNOWN], INSIDE)
        return self

    def cut(self, text: str) -> list[str]:
        """The pieces of a text; a word that can't be cut whole stands as `UNKNOWN`."""
        return [piece for word in words_of(text) for piece in self._cut_word(word)]

    def encode(self, text: str) -> list[int]:
        """The numbers of the pieces of a text."""
        return [self._pieces.number[piece] for piece in self.cut(text)]

    def _cut_word(self, word: str) -> list[str]:
        if len(word) > LONGEST:
            return [UNKNOWN]
        cut: list[str] = []
        start = 0
        while start < len(word):
            mark = INSIDE if start else ""
            end = next(
                (
                    end
                    for end in range(len(word), start, -1)
                    if mark + word[start:end] in self._pieces.number
                ),
                None,
            )
            if end is None:
                return [UNKNOWN]
            cut.append(mark + word[start:end])
            start = end
        return cut
