"""What the machine offers to stages, and what is left of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Self

from penstock.engine.meta import StageMeta

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Resources:
    """Cores, bytes of memory and GPUs: of the machine, asked for by a stage, or free."""

    cores: int
    memory: int
    gpus: int = 0

    @classmethod
    def asked_by(cls, meta: StageMeta) -> Self:
        return cls(meta.cores, meta.memory_bytes, meta.gpus)

    def within(self, whole: Resources) -> Resources:
        """No more than `whole`: what asks for more than there is gets all, and runs alone."""
        return Resources(
            min(self.cores, whole.cores),
            min(self.memory, whole.memory),
            min(self.gpus, whole.gpus),
        )

    def holds(self, asked: Resources) -> bool:
        return asked.cores <= self.cores and asked.memory <= self.memory and asked.gpus <= self.gpus

    def __add__(self, other: Resources) -> Resources:
        return Resources(
            self.cores + other.cores, self.memory + other.memory, self.gpus + other.gpus
        )

    def __sub__(self, other: Resources) -> Resources:
        return self + Resources(-other.cores, -other.memory, -other.gpus)


def available() -> Resources:
    """What this process may use: its cores, the memory of the machine or its container, GPUs."""
    return Resources(_cores(), _memory(), _gpus())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> int:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CGROUP_LIMIT.read_text().strip() if CGROUP_LIMIT.is_file() else "max"
    return min(whole, int(limit)) if limit.isdigit() else whole


def _gpus() -> int:
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:  # CUDA reads it up to the first that can't be, as in -1: none
        ids = [one.strip() for one in named.split(",")]
        return len([*takewhile(lambda one: one and not one.startswith("-"), ids)])
    return len([*Path("/dev").glob("nvidia[0-9]*")])
