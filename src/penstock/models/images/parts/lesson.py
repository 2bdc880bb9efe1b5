"""What the training loop asks of a net, whichever library it is made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from penstock.core.contracts import Array

Arrays = Mapping[str, Array]
AT_ONCE = 500  # images; bounds the memory that scoring takes


class Lesson(Protocol):
    """A net and its optimiser; images are float32 (n, 1, 28, 28) in [0, 1]."""

    def begin(self, seed: int) -> None:
        """An epoch begins; what dropout draws in it depends on `seed` alone."""

    def step(self, images: Array, target: Array, rate: float) -> dict[str, float]:
        """One update; the batch's `loss` before it, and what else is noted, each a mean."""

    def logits(self, images: Array) -> Array:
        """Shape (n, classes); the net as in use."""

    def maps(self, images: Array) -> dict[str, Array]:
        """Layer → its activations (n, channels, h, w), in the order of the net."""

    def weights(self) -> dict[str, Array]:
        """Copies of parameters and running statistics, by name."""

    def load_weights(self, weights: Arrays) -> None: ...

    def memory(self) -> dict[str, Array]:
        """Copies of what the optimiser remembers, by name."""

    def load_memory(self, memory: Arrays) -> None: ...
