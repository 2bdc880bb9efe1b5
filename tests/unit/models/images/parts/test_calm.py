from __future__ import annotations

import re

import torch
from threadpoolctl import threadpool_info, threadpool_limits

from penstock.models.images.parts.calm import calm


def threads() -> dict[str, int]:
    """Of every pool; torch alone tells of the one within its own MKL."""
    told = (line.split(" : ") for line in torch.__config__.parallel_info().splitlines())
    # What is said of "interop" runs whole graphs, not products.
    pools = {one[0]: int(one[1]) for one in told if re.search(r"(num|max)_threads\(\)", one[0])}
    return pools | {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}


def test_numpy_and_torch_have_one_thread_and_then_those_they_had() -> None:
    had = torch.get_num_threads()
    try:
        with threadpool_limits(2):
            torch.set_num_threads(2)
            before = threads()
            with calm(3):
                assert set(threads().values()) == {1}
                first = torch.randn(3)
            assert threads() == before
            assert set(before.values()) == {2}
            with calm(3):
                assert torch.equal(torch.randn(3), first)
    finally:
        torch.set_num_threads(had)
