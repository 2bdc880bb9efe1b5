"""Words as numbers, their neighbours, and the draws that training needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


class Vocabulary:
    """The words that come often enough, the most frequent first.

    Attributes:
        words: by number.
        counts: (words,), how often each comes.
    """

    def __init__(self, sentences: Sequence[Sequence[str]], least: int = 1) -> None:
        found = Counter(word for sentence in sentences for word in sentence)
        kept = sorted((-times, word) for word, times in found.items() if times >= least)
        if len(kept) < 2:
            raise SettingError("Vocabulary", f"two words at least {least} times each", len(kept))
        self.words = [word for _, word in kept]
        self.counts = np.array([-times for times, _ in kept], np.int64)
        self.number = {word: place for place, word in enumerate(self.words)}

    def encode(self, sentence: Sequence[str]) -> Array:
        """The numbers of its words; what is too rare is left out."""
        return np.array([self.number[one] for one in sentence if one in self.number], np.int64)

    def noise(self) -> Array:
        """(words,): chances of a negative, counts to the power 3/4 (Mikolov et al. 2013b, 2.2)."""
        raised = self.counts**0.75
        return np.asarray(raised / raised.sum())


def neighbours(words: Array, window: int) -> tuple[Array, Array]:
    """(pairs,) twice: positions of each word and of each other one at most `window` away."""
    places = np.arange(len(words))
    shifts = [shift for shift in range(-window, window + 1) if shift]
    centre = np.repeat(places, len(shifts))
    context = (places[:, None] + np.array(shifts, np.int64)).ravel()
    inside = (context >= 0) & (context < len(words))
    return centre[inside], context[inside]
