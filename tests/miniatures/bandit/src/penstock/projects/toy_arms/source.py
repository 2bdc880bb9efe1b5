"""A machine that pays 1 or 0, each lever with its own chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings


class GeneratorSettings(Settings):
    chances: dict[str, float] = Field(min_length=2, description="chance of a win by lever")
    horizon: int = Field(100, ge=1, description="pulls in an episode")


def generate(
    settings: GeneratorSettings, as_of: date | None, progress: Callable[[str, int, int], None]
) -> Dataset:
    """An environment: `arms` (a name and a mean each) and `horizon`."""
    arms = [{"name": name, "mean": mean} for name, mean in settings.chances.items()]
    return Dataset(environment={"arms": arms, "horizon": settings.horizon})
