"""Customers of a few tastes, each of whom takes some items of the shop, never one twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

OPENED = np.datetime64("2024-01-01", "us")


class GeneratorSettings(Settings):
    users: int = Field(40, ge=4, description="customers")
    items: int = Field(30, ge=12, description="items on the shelves")
    tastes: int = Field(3, ge=1, description="groups of items that go together")
    taken: int = Field(9, ge=3, description="items that a customer takes")
    unknown: int = Field(1, ge=0, description="scans that failed, whose item is -1")
    seed: int = Field(0, ge=0, description="where the draws start")


def generate(
    settings: GeneratorSettings, as_of: date | None, progress: Callable[[str, int, int], None]
) -> Dataset:
    """Table `interactions` in order of time."""
    random = np.random.default_rng(settings.seed)
    taste = np.arange(settings.items) % settings.tastes
    fame = 1 / (1 + np.arange(settings.items) // settings.tastes)
    taken = []
    for user in range(settings.users):
        weight = fame * np.where(taste == user % settings.tastes, 6.0, 1.0)
        chosen = random.choice(settings.items, settings.taken, False, weight / weight.sum())
        minutes = np.sort(random.integers(0, 90 * 24 * 60, settings.taken))
        taken += list(zip([user] * settings.taken, chosen, minutes, strict=True))
        progress("customers", user + 1, settings.users)
    taken += [(0, -1, 60 * failed) for failed in range(settings.unknown)]
    frame = pd.DataFrame(taken, columns=["user", "item", "minute"])
    frame = frame.sort_values(["minute", "user"], kind="stable", ignore_index=True)
    frame.insert(0, "interaction", np.arange(len(frame)))
    frame["time"] = OPENED + frame.pop("minute").to_numpy() * np.timedelta64(60_000_000, "us")
    return Dataset(tables={"interactions": frame})
