"""Skip-gram: a word tells each of its neighbours (Mikolov et al. 2013a, section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.words.negative_sampling import loss_and_gradients
from penstock.scratch.words.vectors import WordVectors
from penstock.scratch.words.windows import neighbours


class SkipGram(WordVectors):
    """One example for each pair of neighbours."""

    def examples(self, sentences: Sequence[Array]) -> tuple[Array, Array]:
        pairs = [(words, neighbours(words, self.window)) for words in sentences]
        given = [words[centre] for words, (centre, _) in pairs]
        wanted = [words[context] for words, (_, context) in pairs]
        return np.concatenate(given), np.concatenate(wanted)

    def step(self, given: Array, wanted: Array, drawn: Array, rate: float) -> float:
        loss, hidden, positive, negative = loss_and_gradients(
            self.vectors[given], self.contexts[wanted], self.contexts[drawn]
        )
        np.add.at(self.vectors, given, -rate * hidden)
        np.add.at(self.contexts, wanted, -rate * positive)
        np.add.at(self.contexts, drawn, -rate * negative)
        return loss
