"""What a model learnt, as named arrays in one safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from penstock.core.contracts import Array
from penstock.core.errors import ModelFileError
from penstock.core.files import atomic

FILE, FIX = "model.safetensors", "dvc repro   (or: dvc pull)"


def save_arrays(arrays: Mapping[str, Array], folder: Path) -> None:
    """Write `arrays` into `folder`; equal arrays give equal bytes."""
    from safetensors.numpy import save

    with atomic(folder / FILE) as part:
        part.write_bytes(save({name: np.asarray(one, order="C") for name, one in arrays.items()}))


def load_arrays(folder: Path, expected: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """The arrays that were saved.

    Args:
        folder: where they lie.
        expected: their names and shapes.

    Raises:
        ModelFileError: no file, no safetensors, or other names or shapes.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays: dict[str, Array] = load((folder / FILE).read_bytes())
    except FileNotFoundError:
        raise ModelFileError(str(folder), f"no {FILE} in it", FIX) from None
    except SafetensorError as error:
        problem = f"{FILE} is no safetensors file: {error}"
        raise ModelFileError(str(folder), problem, FIX) from None
    found = {name: one.shape for name, one in arrays.items()}
    wrong = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if wrong:
        problem = f"{FILE} does not fit the settings in model.json: {', '.join(wrong[:5])}"
        raise ModelFileError(str(folder), problem, FIX)
    return arrays
