"""The Transformer's decoder: every place looks back, then at the encoder's memory."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.nn.encoder import Block, BlockShape
from penstock.scratch.nn.layer_norm import LayerNorm
from penstock.scratch.nn.module import Module
from penstock.scratch.nn.multi_head import MultiHeadAttention


class DecoderBlock(Block):
    """Masked self-attention, cross-attention, two linear layers (Vaswani et al. 2017, 3.1)."""

    def __init__(self, shape: BlockShape, rng: np.random.Generator) -> None:
        super().__init__(shape, rng)
        self.self_attn = MultiHeadAttention(shape.width, shape.heads, rng, shape.dropout)
        self.multihead_attn = MultiHeadAttention(shape.width, shape.heads, rng, shape.dropout)
        self.norm1, self.norm2 = LayerNorm(shape.width), LayerNorm(shape.width)
        self.norm3 = LayerNorm(shape.width)

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Array | None = None,
        memory_mask: Array | None = None,
    ) -> Tensor:
        """Decode one block further.

        Args:
            x: (N, T, width).
            memory: what the encoder made (N, S, width).
            mask: booleans that broadcast to (N, heads, T, T); `causal_mask(T)` where a place
                must not see what comes after it.
            memory_mask: booleans that broadcast to (N, heads, T, S).

        Returns:
            (N, T, width).
        """
        x = self.attend(self.self_attn, self.norm1, x, None, mask)
        x = self.attend(self.multihead_attn, self.norm2, x, memory, memory_mask)
        return self.transform(self.norm3, x)


class Decoder(Module):
    """Blocks one on the other, and a last norm."""

    def __init__(self, shape: BlockShape, blocks: int, rng: np.random.Generator) -> None:
        self.layers = [DecoderBlock(shape, rng) for _ in range(blocks)]
        self.norm = LayerNorm(shape.width)

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Array | None = None,
        memory_mask: Array | None = None,
    ) -> Tensor:
        """As `DecoderBlock`."""
        for layer in self.layers:
            x = layer(x, memory, mask, memory_mask)
        normed: Tensor = self.norm(x)
        return normed
