"""Predictions that are still on a spool, of whichever process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from penstock.serving.contracts import Prediction
from penstock.serving.log.frames import read_frames
from penstock.serving.log.spool import spools


def on_spools(folder: Path, wanted: str = "") -> Iterator[list[Prediction]]:
    """All of them, or the parts with `wanted`; a spool that goes home meanwhile may be missing."""
    for path in spools(folder):
        try:
            yield from read_frames(path, wanted)
        except FileNotFoundError:
            continue


def find_on_spools(folder: Path, prediction_id: str) -> Prediction | None:
    """The prediction of that id, where it lies on a spool."""
    found = (
        one for part in on_spools(folder, prediction_id) for one in part if one.id == prediction_id
    )
    return next(found, None)
