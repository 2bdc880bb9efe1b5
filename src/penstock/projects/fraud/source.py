"""The simulated feed: everything, or what a bank would know at the end of a day."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.projects.fraud.simulator import Progress, SimulatorSettings, reveal, simulate


class GeneratorSettings(SimulatorSettings):
    """The world, and how long its frauds stay hidden."""

    label_delay_days: int = Field(7, ge=0, description="days until a transaction's label is known")


def generate(settings: GeneratorSettings, as_of: date | None, progress: Progress) -> Dataset:
    """Tables `transactions` and, for audit only, `scenarios`, as schema.py declares them.

    Args:
        as_of: last day to show (UTC); None shows every day and every label.
    """
    world = simulate(settings, progress=progress)
    known = reveal(world, as_of, settings.label_delay_days)
    return Dataset(
        tables={
            "transactions": known.drop(columns="scenario"),
            "scenarios": known[["transaction_id", "scenario"]],
        }
    )
