"""Texts as counts of words (Salton, Wong and Yang 1975)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError
from penstock.scratch.estimators.checking import check_setting
from penstock.scratch.estimators.errors import NotFittedError
from penstock.scratch.estimators.estimator import Estimator

WORD = r"(?u)\b\w\w+\b"  # two letters or digits at least


class CountVectorizer(Estimator):
    """How often each word, or each run of words, stands in each text.

    Attributes:
        vocabulary_: {run: column}, columns by the runs' order.
    """

    vocabulary_: dict[str, int]

    def __init__(
        self,
        lowercase: bool = True,
        token_pattern: str = WORD,
        ngram_range: tuple[int, int] = (1, 1),
        min_df: int = 1,
        max_df: float = 1.0,
    ) -> None:
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.max_df = max_df

    def fit(self, raw_documents: Iterable[str], y: Any = None) -> Self:
        """Learn the words of texts."""
        self.fit_transform(raw_documents)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Array:
        """Learn the words and count them, (texts, words).

        Raises:
            ValueError: one string instead of many, or no word is left.
            SettingError: a setting means nothing.
        """
        low, high = self.ngram_range
        check_setting(1 <= low <= high, self, "ngram_range", "(from, to) with 1 ≤ from ≤ to")
        check_setting(self.min_df >= 1, self, "min_df", "texts from 1")
        check_setting(0 < self.max_df <= 1, self, "max_df", "a share above 0 up to 1")
        texts = [self._runs(text) for text in _many(raw_documents)]
        words = sorted({run for runs in texts for run in runs})
        if not words:
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        counts = _count(texts, {word: place for place, word in enumerate(words)})
        spread = (counts > 0).sum(axis=0)
        kept = (spread >= self.min_df) & (spread <= self.max_df * len(texts))
        if not kept.any():
            raise ValueError(
                "After pruning, no terms remain. Try a lower min_df or a higher max_df."
            )
        left = [word for word, stays in zip(words, kept.tolist(), strict=True) if stays]
        self.vocabulary_ = {word: place for place, word in enumerate(left)}
        self.n_features_in_ = len(left)
        return counts[:, kept]

    def transform(self, raw_documents: Iterable[str]) -> Array:
        """Counts (texts, words) of the words that were learnt."""
        if not hasattr(self, "vocabulary_"):
            raise NotFittedError(self)
        return _count([self._runs(text) for text in _many(raw_documents)], self.vocabulary_)

    def get_feature_names_out(self) -> Array:
        """The run that each column counts."""
        self.check_fitted()
        return np.array(list(self.vocabulary_), dtype=object)

    def _runs(self, text: str) -> list[str]:
        words = re.findall(self.token_pattern, text.lower() if self.lowercase else text)
        low, high = self.ngram_range
        return [
            " ".join(words[start : start + length])
            for length in range(low, high + 1)
            for start in range(len(words) - length + 1)
        ]


def _many(texts: Iterable[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    found = list(texts)
    if not all(isinstance(text, str) for text in found):
        raise SettingError("CountVectorizer", "strings", type(found[0]).__name__)
    return found


def _count(texts: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> Array:
    cells = [
        number * len(vocabulary) + vocabulary[run]
        for number, runs in enumerate(texts)
        for run in runs
        if run in vocabulary
    ]
    size = len(texts) * len(vocabulary)
    return np.bincount(np.array(cells, int), minlength=size).reshape(len(texts), -1).astype(float)
