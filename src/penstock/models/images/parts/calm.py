"""One thread, and kernels that give the same bits every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def calm(seed: int = 0) -> Iterator[None]:
    """For NumPy and torch alike; torch is left as it was, what it draws at random included.

    One thread: a step takes milliseconds, and threads that wait for one another spin; on a busy
    machine two were seen to take ten times as long as one.
    """
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with threadpool_limits(1), torch.random.fork_rng(devices=[]):
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            torch.set_num_threads(before[0])
            torch.use_deterministic_algorithms(before[1])
