"""Training of torch nets that gives the same bits every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from penstock.models.training.one_thread import one_thread


@contextmanager
def reproducible(seed: int) -> Iterator[None]:
    """Deterministic kernels, one thread and a seeded stream; torch is left as it was.

    One thread: a step on a batch takes milliseconds, and threads that wait for one another spin;
    on a busy machine two of them were seen to take 30 times as long as one.
    """
    before = torch.are_deterministic_algorithms_enabled()
    with one_thread():
        torch.use_deterministic_algorithms(True)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before)
