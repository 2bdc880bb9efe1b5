"""The shape of small blocks."""

from __future__ import annotations

from functools import partial

from penstock.scratch.nn.encoder import BlockShape

SMALL = partial(BlockShape, width=4, heads=2, inner=6)
