"""Attention in several subspaces at once (Vaswani et al. 2017, 3.2.2)."""

from __future__ import annotations

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.attention import scaled_dot_product
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.initialisers import xavier_uniform
from penstock.scratch.nn.linear import Linear, linear
from penstock.scratch.nn.module import Module, Parameter


class MultiHeadAttention(Module):
    """Concat(head₁ … head_h) W_o, headᵢ = attention(Q Wᵢ, K Wᵢ', V Wᵢ'').

    Self-attention where all three are one sequence, cross-attention where keys and values come
    from another.

    Attributes:
        in_proj_weight, in_proj_bias: of queries, keys and values, one below the other:
            (3·width, width) and (3·width,).
        out_proj: width to width.
    """

    def __init__(
        self, width: int, heads: int, rng: np.random.Generator, dropout: float = 0.0
    ) -> None:
        if heads < 1 or width % heads:
            came = f"{heads} heads of a width of {width}"
            raise SettingError("MultiHeadAttention", "a width that the heads share evenly", came)
        self.width, self.heads = width, heads
        self.in_proj_weight = Parameter(xavier_uniform((3 * width, width), rng), np.float32)
        self.in_proj_bias = Parameter(np.zeros(3 * width), np.float32)
        self.out_proj = Linear(width, width, rng)
        self.dropout = Dropout(dropout, rng)

    def forward(
        self,
        query: Tensor,
        key: Tensor | None = None,
        value: Tensor | None = None,
        mask: Array | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Answer every query.

        Args:
            query: (N, T, width).
            key: (N, S, width); the queries themselves by default.
            value: (N, S, width); the keys themselves by default.
            mask: booleans that broadcast to (N, heads, T, S), true where a query may look.

        Returns:
            Answers (N, T, width) and the weights (N, heads, T, S).

        Raises:
            ShapeError: a sequence is not (N, …, width).
        """
        key = query if key is None else key
        value = key if value is None else value
        for one in (query, key, value):
            if len(one.shape) != 3 or one.shape[2] != self.width:
                raise ShapeError("MultiHeadAttention", f"(N, length, {self.width})", one.shape)
        parts = [self._projected(one, block) for block, one in enumerate((query, key, value))]
        answers, weights = scaled_dot_product(parts[0], parts[1], parts[2], mask, self.dropout)
        joined = answers.swapaxes(1, 2).reshape(*query.shape)
        return self.out_proj(joined), weights

    def _projected(self, x: Tensor, block: int) -> Tensor:
        """One of the three projections of (N, T, width), as (N, heads, T, width / heads)."""
        rows = slice(block * self.width, (block + 1) * self.width)
        y = linear(x, self.in_proj_weight[rows], self.in_proj_bias[rows])
        return y.reshape(*x.shape[:2], self.heads, -1).swapaxes(1, 2)
