"""What the machine is said to offer."""

from __future__ import annotations

import pytest

from penstock.engine.resources import available


@pytest.mark.parametrize(
    ("named", "gpus"),
    [("", 0), ("0", 1), ("0,1", 2), ("-1", 0), ("0,-1,1", 1), ("GPU-a, GPU-b", 2)],
)
def test_gpus_are_counted_as_cuda_counts_them(
    monkeypatch: pytest.MonkeyPatch, named: str, gpus: int
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert available().gpus == gpus
