"""A Transformer from tokens to tokens (Vaswani et al. 2017, section 3)."""

from __future__ import annotations

import math

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.attention import causal_mask, padding_mask
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.embedding import Embedding
from penstock.scratch.nn.encoder import BlockShape
from penstock.scratch.nn.initialisers import normal
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.module import Module
from penstock.scratch.nn.positions import SinusoidalPositions
from penstock.scratch.nn.transformer import Transformer


class Seq2Seq(Module):
    """Embeddings times √width plus positions, encoder and decoder, logits over the tokens."""

    def __init__(
        self,
        source_tokens: int,
        target_tokens: int,
        shape: BlockShape,
        rng: np.random.Generator,
        blocks: int = 6,
        steps: int = 512,
    ) -> None:
        """Sequences are at most `steps` long."""
        draw = normal(shape.width**-0.5)
        self.source_embedding = Embedding(source_tokens, shape.width, rng, draw)
        self.target_embedding = Embedding(target_tokens, shape.width, rng, draw)
        self.positions = SinusoidalPositions(steps, shape.width)
        self.dropout = Dropout(shape.dropout, rng)
        self.transformer = Transformer(shape, rng, blocks, blocks)
        self.output = Linear(shape.width, target_tokens, rng)
        self.scale = math.sqrt(shape.width)

    def forward(self, source: Array, target: Array, lengths: Array | None = None) -> Tensor:
        """Score each next token of the target.

        Args:
            source: ids (N, S).
            target: ids (N, T), a start token first.
            lengths: of the sources (N,); all of S by default.

        Returns:
            Logits (N, T, target tokens); those at t see target[:, :t + 1] and the whole source.
        """
        seen = None if lengths is None else padding_mask(lengths, source.shape[1])
        decoded = self.transformer(
            self._placed(self.source_embedding(source)),
            self._placed(self.target_embedding(target)),
            seen,
            causal_mask(target.shape[1]),
            seen,
        )
        logits: Tensor = self.output(decoded)
        return logits

    @no_grad()
    def generate(
        self, source: Array, start: int, steps: int, lengths: Array | None = None
    ) -> Array:
        """The likeliest token, one after the other: (N, steps), without the start token."""
        if steps < 1:
            raise SettingError("generate", "one step at least", steps)
        said = np.full((len(source), 1), start)
        for _ in range(steps):
            logits = self(source, said, lengths)
            said = np.concatenate([said, logits.data[:, -1:].argmax(axis=-1)], axis=1)
        return said[:, 1:]

    def _placed(self, vectors: Tensor) -> Tensor:
        placed: Tensor = self.dropout(self.positions(vectors * self.scale))
        return placed
