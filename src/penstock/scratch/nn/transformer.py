"""Encoder and decoder together (Vaswani et al. 2017, figure 1)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.decoder import Decoder
from penstock.scratch.nn.encoder import BlockShape, Encoder
from penstock.scratch.nn.initialisers import xavier_uniform
from penstock.scratch.nn.module import Module


class Transformer(Module):
    """From vectors of one sequence to vectors of another.

    Weights of two axes begin by Xavier's rule, as published implementations do.
    """

    def __init__(
        self,
        shape: BlockShape,
        rng: np.random.Generator,
        encoder_blocks: int = 6,
        decoder_blocks: int = 6,
    ) -> None:
        self.encoder = Encoder(shape, encoder_blocks, rng)
        self.decoder = Decoder(shape, decoder_blocks, rng)
        for parameter in self.parameters():
            if len(parameter.shape) > 1:
                parameter.data[...] = xavier_uniform(parameter.shape, rng)

    def forward(
        self,
        source: Tensor,
        target: Tensor,
        source_mask: Array | None = None,
        target_mask: Array | None = None,
        memory_mask: Array | None = None,
    ) -> Tensor:
        """Decode `target` with `source` in view.

        Args:
            source: (N, S, width).
            target: (N, T, width).
            source_mask: booleans that broadcast to (N, heads, S, S), true where a place may look.
            target_mask: to (N, heads, T, T); `causal_mask(T)` in training and generation.
            memory_mask: to (N, heads, T, S).

        Returns:
            (N, T, width).

        Raises:
            ShapeError: the two hold other numbers of sequences.
        """
        if source.shape[:1] != target.shape[:1]:
            came = f"{source.shape} and {target.shape}"
            raise ShapeError("Transformer", "as many sources as targets", came)
        decoded: Tensor = self.decoder(
            target, self.encoder(source, source_mask), target_mask, memory_mask
        )
        return decoded
