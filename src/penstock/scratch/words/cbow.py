"""Continuous bag of words: the neighbours together tell the word (Mikolov et al. 2013a, 3.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.words.negative_sampling import loss_and_gradients
from penstock.scratch.words.vectors import WordVectors

NOBODY = -1  # at the ends of a sentence


class ContinuousBagOfWords(WordVectors):
    """One example for each word: the mean of its neighbours' vectors."""

    def examples(self, sentences: Sequence[Array]) -> tuple[Array, Array]:
        long = [words for words in sentences if len(words) > 1]
        given = np.concatenate([self._around(words) for words in long])
        return given, np.concatenate(long)

    def step(self, given: Array, wanted: Array, drawn: Array, rate: float) -> float:
        there = given != NOBODY
        share = there / there.sum(axis=1, keepdims=True)
        hidden = np.einsum("bw,bwd->bd", share, self.vectors[given])
        loss, of_hidden, positive, negative = loss_and_gradients(
            hidden, self.contexts[wanted], self.contexts[drawn]
        )
        of_each = share[:, :, None] * of_hidden[:, None, :]
        np.add.at(self.vectors, given[there], -rate * of_each[there])
        np.add.at(self.contexts, wanted, -rate * positive)
        np.add.at(self.contexts, drawn, -rate * negative)
        return loss

    def _around(self, words: Array) -> Array:
        """(words, 2 * window): the neighbours of each, `NOBODY` beyond the ends."""
        padded = np.pad(words, self.window, constant_values=NOBODY)
        around = np.lib.stride_tricks.sliding_window_view(padded, 2 * self.window + 1)
        return np.delete(around, self.window, axis=1)
