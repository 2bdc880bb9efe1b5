"""notes.json beside a model: what its features tell of their values, for words without the data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.core.errors import ModelFileError
from penstock.core.files import read_json, write_json

NOTES = "notes.json"
KEPT = ("currency", "descriptions", "lever", "none")


def write_notes(folder: Path, notes: Mapping[str, Any]) -> None:
    """Write into `folder` what of a features dataset's notes words need."""
    write_json(folder / NOTES, {name: notes[name] for name in KEPT if name in notes})


def read_notes(folder: Path) -> dict[str, Any]:
    """What `write_notes` wrote; nothing where a model was kept without.

    Raises:
        ModelFileError: it is no JSON object.
    """
    try:
        found = read_json(folder / NOTES)
    except FileNotFoundError:
        return {}
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _broken(folder, f"no JSON: {error}") from None
    if not isinstance(found, dict):
        raise _broken(folder, f"expected a JSON object, found {type(found).__name__}")
    return found


def _broken(folder: Path, problem: str) -> ModelFileError:
    return ModelFileError(str(folder), f"{NOTES}: {problem}", "dvc repro   (or: dvc pull)")
