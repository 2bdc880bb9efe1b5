"""The Transformer's encoder: every place looks at all places (Vaswani et al. 2017, 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.nn.activations import gelu, relu
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.layer_norm import LayerNorm
from penstock.scratch.nn.linear import Linear
from penstock.scratch.nn.module import Module
from penstock.scratch.nn.multi_head import MultiHeadAttention

ACTIVATIONS = {"relu": relu, "gelu": gelu}


@dataclass(frozen=True)
class BlockShape:
    """What every block of a stack has in common.

    Attributes:
        width: length of each vector.
        heads: of each attention.
        inner: units between the two linear layers.
        dropout: chance in each attention and before each sum.
        activation: relu, as published, or gelu.
        norm_first: normalise what a sublayer reads (Xiong et al. 2020), not the sum it adds to.
    """

    width: int
    heads: int
    inner: int
    dropout: float = 0.0
    activation: str = "relu"
    norm_first: bool = False

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise SettingError("BlockShape", f"one of {sorted(ACTIVATIONS)}", self.activation)


class Block(Module):
    """What encoder and decoder blocks share: two linear layers, and sums around sublayers."""

    def __init__(self, shape: BlockShape, rng: np.random.Generator) -> None:
        self.shape = shape
        self.linear1 = Linear(shape.width, shape.inner, rng)
        self.linear2 = Linear(shape.inner, shape.width, rng)
        self.dropout = Dropout(shape.dropout, rng)

    def attend(
        self,
        attention: MultiHeadAttention,
        norm: Module,
        x: Tensor,
        memory: Tensor | None,
        mask: Array | None,
    ) -> Tensor:
        """Add to x its attention over `memory`, else over itself; normalised before or after."""
        read = norm(x) if self.shape.norm_first else x
        answers, _ = attention(read, memory, None, mask)
        total: Tensor = x + self.dropout(answers)
        return total if self.shape.norm_first else norm(total)

    def transform(self, norm: Module, x: Tensor) -> Tensor:
        """Add to x what W₂ act(W₁ x) is at each place; normalised before or after."""
        read = norm(x) if self.shape.norm_first else x
        inner = ACTIVATIONS[self.shape.activation](self.linear1(read))
        total: Tensor = x + self.dropout(self.linear2(self.dropout(inner)))
        return total if self.shape.norm_first else norm(total)


class EncoderBlock(Block):
    """Self-attention, then two linear layers, each added to what it read."""

    def __init__(self, shape: BlockShape, rng: np.random.Generator) -> None:
        super().__init__(shape, rng)
        self.self_attn = MultiHeadAttention(shape.width, shape.heads, rng, shape.dropout)
        self.norm1, self.norm2 = LayerNorm(shape.width), LayerNorm(shape.width)

    def forward(self, x: Tensor, mask: Array | None = None) -> Tensor:
        """(N, T, width), mask as of `MultiHeadAttention`; the same shape out."""
        x = self.attend(self.self_attn, self.norm1, x, None, mask)
        return self.transform(self.norm2, x)


class Encoder(Module):
    """Blocks one on the other, and a last norm."""

    def __init__(self, shape: BlockShape, blocks: int, rng: np.random.Generator) -> None:
        self.layers = [EncoderBlock(shape, rng) for _ in range(blocks)]
        self.norm = LayerNorm(shape.width)

    def forward(self, x: Tensor, mask: Array | None = None) -> Tensor:
        """(N, T, width), the same out."""
        for layer in self.layers:
            x = layer(x, mask)
        normed: Tensor = self.norm(x)
        return normed
