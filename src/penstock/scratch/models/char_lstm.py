"""A character-level language model: an LSTM that reads, and says what may come next."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.embedding import Embedding
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.lstm import LSTM
from penstock.scratch.nn.module import Module


class CharLSTM(Module):
    """A vector for each character, one layer of LSTM, logits over the characters (Graves 2013)."""

    def __init__(
        self, characters: int, rng: np.random.Generator, width: int = 32, hidden: int = 128
    ) -> None:
        self.embedding = Embedding(characters, width, rng)
        self.lstm = LSTM(width, hidden, rng)
        self.output = Linear(hidden, characters, rng)

    def forward(self, ids: Array) -> Tensor:
        """Integers (T, N), time first; logits of each next character (T, N, characters)."""
        if ids.ndim != 2:
            raise ShapeError("CharLSTM", "ids (T, N)", ids.shape)
        states, _ = self.lstm(self.embedding(ids))
        logits: Tensor = self.output(states)
        return logits
