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
        # Not ascontiguousarray: it would give a number without a shape one.
        part.write_bytes(save({name: np.asarray(one, order="C") for name, one in arrays.items()}))


def load_arrays(folder: Path) -> dict[str, Array]:
    """The arrays that were saved.

    Raises:
        ModelFileError: no file, or no safetensors.
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
    return arrays


def load_shaped(folder: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """The arrays that were saved, which must have these names and shapes.

    Raises:
        ModelFileError: as `load_arrays`; other names or shapes.
    """
    arrays = load_arrays(folder)
    found = {name: one.shape for name, one in arrays.items()}
    wrong = sorted(name for name in {*found, *shapes} if found.get(name) != shapes.get(name))
    if wrong:
        raise unfit(folder, ", ".join(wrong[:5]))
    return arrays


def unfit(folder: Path, problem: object) -> ModelFileError:
    """The arrays are not what the model's settings and inputs ask for."""
    return ModelFileError(str(folder), f"{FILE} does not fit model.json: {problem}", FIX)
