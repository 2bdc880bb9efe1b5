"""One thread, and kernels that give the same bits every time, NumPy's products among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from penstock.models.training.reproducible import reproducible


@contextmanager
def calm(seed: int = 0) -> Iterator[None]:
    """As `reproducible`, for the nets in NumPy too; both libraries are left as they were."""
    # Torch first: it notes how many threads it has, and limits of all pools would change that.
    with reproducible(seed), threadpool_limits(1):
        yield
