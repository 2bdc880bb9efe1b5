"""Fitted estimators of the from-scratch library as arrays and JSON: nothing in them can run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from penstock.core.contracts import Array
from penstock.core.files import read_json, write_json
from penstock.models.classification.parts.scratch_names import kept
from penstock.scoring.arrays_file import load_arrays, save_arrays, unfit

LEARNT = "learnt.json"
PLAIN = (bool, int, str, type(None))


def save_fitted(fitted: Any, folder: Path) -> None:
    """Write numbers, lists and estimators of any depth; equal ones give equal bytes."""
    arrays: dict[str, Array] = {}
    write_json(folder / LEARNT, _plain(fitted, arrays))
    save_arrays(arrays, folder)


def load_fitted(folder: Path) -> Any:
    """What `save_fitted` was given.

    Raises:
        ModelFileError: a file is missing, or not what was written.
    """
    arrays = load_arrays(folder)
    try:
        return _made(read_json(folder / LEARNT), arrays)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise unfit(folder, f"{LEARNT}: {error}") from None


def _plain(value: Any, arrays: dict[str, Array]) -> Any:
    """JSON for a value; `arrays` takes those that it names."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, PLAIN) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, list):
        return [_plain(one, arrays) for one in value]
    return _marked(value, arrays)


def _marked(value: Any, arrays: dict[str, Array]) -> dict[str, Any]:
    """JSON for what JSON has no form of, by its kind."""
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, np.ndarray):
        name = f"{len(arrays):06d}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, tuple):
        return {"tuple": _plain(list(value), arrays)}
    if isinstance(value, dict):
        return {"pairs": _plain([list(pair) for pair in value.items()], arrays)}
    if isinstance(value, FunctionType):
        return {"of": value.__name__}
    state = {key: _plain(one, arrays) for key, one in sorted(vars(value).items())}
    return {"of": type(value).__name__, "state": state}


def _made(told: Any, arrays: Mapping[str, Array]) -> Any:
    """The value that `_plain` told of."""
    if isinstance(told, list):
        return [_made(one, arrays) for one in told]
    if not isinstance(told, dict):
        return told
    if "of" in told:
        return _made_of(told, arrays)
    kinds: dict[str, Callable[[Any], Any]] = {
        "float": float,
        "array": arrays.__getitem__,
        "tuple": lambda inner: tuple(_made(inner, arrays)),
        "pairs": lambda inner: dict(_made(inner, arrays)),
    }
    [(kind, inner)] = told.items()
    return kinds[kind](inner)


def _made_of(told: dict[str, Any], arrays: Mapping[str, Array]) -> Any:
    """An object of the library, or one of its functions; no other name is looked up."""
    kind = kept()[told["of"]]
    if "state" not in told:
        return kind
    made = object.__new__(kind)
    made.__dict__.update({key: _made(one, arrays) for key, one in told["state"].items()})
    return made
