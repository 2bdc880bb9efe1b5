"""Where champions live: one atomic pointer a project, and an immutable copy of each model."""

from __future__ import annotations

from penstock.effects.champions.pointer import Pointer
from penstock.effects.champions.store import Store
from penstock.effects.champions.version import TrainEntry, Version

__all__ = ["Pointer", "Store", "TrainEntry", "Version"]
