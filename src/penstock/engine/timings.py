"""How long each stage took when it last ran: for whoever plans the next run, for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from penstock.core.files import read_json, write_json

TIMINGS = Path(".penstock") / "timings.json"


def read_timings(root: Path) -> dict[str, float]:
    """{address: seconds}; nothing where none have been kept, or not as they are written here."""
    try:
        found = read_json(root / TIMINGS)
        return {str(address): float(seconds) for address, seconds in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def keep_timings(root: Path, seconds: Mapping[str, float]) -> None:
    """Remember what is new, beside what was known of other stages."""
    if seconds:
        known = {**read_timings(root), **seconds}
        write_json(root / TIMINGS, {address: round(took, 2) for address, took in known.items()})
