"""What the two models share: training by mini-batches, and questions to the vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.words.windows import Vocabulary

BATCH = 256


class WordVectors(ABC):
    """Vectors learnt from which words stand near each other.

    Attributes:
        vocabulary: the words.
        vectors: (words, size), of words as such.
        contexts: (words, size), of words as what is predicted.
        losses: mean loss of each pass.
    """

    def __init__(
        self,
        size: int = 50,
        window: int = 5,
        negatives: int = 5,
        passes: int = 5,
        learning_rate: float = 0.025,
        least: int = 1,
        seed: int = 0,
    ) -> None:
        if min(size, window, negatives, passes, least) < 1 or learning_rate <= 0:
            came = (size, window, negatives, passes, learning_rate, least)
            raise SettingError(type(self).__name__, "all from 1, a learning rate above 0", came)
        self.size, self.window, self.negatives = size, window, negatives
        self.passes, self.learning_rate, self.least, self.seed = passes, learning_rate, least, seed
        self.losses: list[float] = []

    def fit(self, sentences: Sequence[Sequence[str]]) -> WordVectors:
        """Learn from sentences of words; the rate falls to nothing in a straight line."""
        random = np.random.default_rng(self.seed)
        self.vocabulary = Vocabulary(sentences, self.least)
        words = len(self.vocabulary.words)
        self.vectors = random.uniform(-0.5, 0.5, (words, self.size)) / self.size
        self.contexts = np.zeros((words, self.size))
        given, wanted = self.examples([self.vocabulary.encode(one) for one in sentences])
        noise, self.losses = np.cumsum(self.vocabulary.noise()), []
        steps = self.passes * -(-len(wanted) // BATCH)
        step = 0
        for _ in range(self.passes):
            order, total = random.permutation(len(wanted)), 0.0
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                drawn = np.searchsorted(noise, random.random((len(rows), self.negatives)))
                rate = self.learning_rate * (1 - step / steps)
                # The gradient is a mean; each example moves its vectors as if it came alone.
                total += len(rows) * self.step(given[rows], wanted[rows], drawn, rate * len(rows))
                step += 1
            self.losses.append(total / len(order))
        return self

    @abstractmethod
    def examples(self, sentences: Sequence[Array]) -> tuple[Array, Array]:
        """What is given and which word is wanted, a row each."""

    @abstractmethod
    def step(self, given: Array, wanted: Array, drawn: Array, rate: float) -> float:
        """Move the vectors against the gradient of a batch, and give its mean loss."""

    def nearest(self, word: str, count: int = 10) -> list[tuple[str, float]]:
        """The words of most alike direction, with the cosines; raises SettingError: not known."""
        return self._by_cosine(self._vector(word), {word}, count)

    def analogy(self, one: str, to: str, other: str, count: int = 1) -> list[tuple[str, float]]:
        """What is to `other` as `to` is to `one`: nearest to `to` - `one` + `other`."""
        units = [self._vector(word) for word in (to, one, other)]
        return self._by_cosine(units[0] - units[1] + units[2], {one, to, other}, count)

    def _vector(self, word: str) -> Array:
        if word not in self.vocabulary.number:
            raise SettingError("WordVectors", "a word of the training text", repr(word))
        vector = self.vectors[self.vocabulary.number[word]]
        return np.asarray(vector / np.linalg.norm(vector))

    def _by_cosine(self, vector: Array, without: set[str], count: int) -> list[tuple[str, float]]:
        lengths = np.linalg.norm(self.vectors, axis=1) * np.linalg.norm(vector)
        cosine = self.vectors @ vector / lengths
        order = np.argsort(-cosine, kind="stable")
        named = ((self.vocabulary.words[place], float(cosine[place])) for place in order)
        return [one for one in named if one[0] not in without][:count]
