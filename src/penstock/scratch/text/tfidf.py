"""Counts weighed by how few texts have the word (Spärck Jones 1972)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.estimators.kinds import Transformer
from penstock.scratch.text.counts import WORD, CountVectorizer


class TfidfTransformer(Transformer):
    """Count · (ln((1 + n) / (1 + df)) + 1), each text then of length 1.

    n texts, df of them with the word; both plus one, as if a text had every word.

    Attributes:
        idf_: the factor of each word.
    """

    takes_negative: ClassVar[bool] = False
    idf_: Array

    def __init__(self, sublinear_tf: bool = False) -> None:
        self.sublinear_tf = sublinear_tf

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from counts (texts, words)."""
        counts = self._given(X)
        spread = (counts > 0).sum(axis=0)
        self.idf_ = np.log((1 + len(counts)) / (1 + spread)) + 1
        return self

    def transform(self, X: Any) -> Array:
        """The counts, weighed; with `sublinear_tf` by 1 + ln count."""
        counts = self._rows(X)
        if self.sublinear_tf:
            counts = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1e-300)), 0.0)
        weighed = counts * self.idf_
        length = np.sqrt((weighed * weighed).sum(axis=1, keepdims=True))
        return np.asarray(np.divide(weighed, length, where=length > 0, out=np.zeros_like(weighed)))


class TfidfVectorizer(CountVectorizer):
    """Counting and weighing in one.

    Attributes:
        idf_: the factor of each word.
    """

    idf_: Array

    def __init__(
        self,
        lowercase: bool = True,
        token_pattern: str = WORD,
        ngram_range: tuple[int, int] = (1, 1),
        min_df: int = 1,
        max_df: float = 1.0,
        sublinear_tf: bool = False,
    ) -> None:
        super().__init__(lowercase, token_pattern, ngram_range, min_df, max_df)
        self.sublinear_tf = sublinear_tf

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Array:
        """Learn the words and their weights, (texts, words)."""
        counts = super().fit_transform(raw_documents)
        self._weighing = TfidfTransformer(self.sublinear_tf).fit(counts)
        self.idf_ = self._weighing.idf_
        return self._weighing.transform(counts)

    def transform(self, raw_documents: Iterable[str]) -> Array:
        """Weighed counts (texts, words) of the words that were learnt."""
        counts = super().transform(raw_documents)
        return self._weighing.transform(counts)
