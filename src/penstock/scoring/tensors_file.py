"""Weights of nets as safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from penstock.core.errors import ModelFileError
from penstock.core.files import atomic

if TYPE_CHECKING:
    from torch import nn


def save_weights(module: nn.Module, path: Path) -> None:
    """Write parameters and buffers of `module`, on whatever device they are."""
    from safetensors.torch import save

    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in module.state_dict().items()
    }
    with atomic(path) as part:
        part.write_bytes(save(state))


def load_weights(module: nn.Module, path: Path) -> None:
    """Fill `module` from `path`.

    Raises:
        ModelFileError: no file, no safetensors, or other names and shapes than the module's.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    folder, fix = str(path.parent), "dvc repro   (or: dvc pull)"
    try:
        module.load_state_dict(load(path.read_bytes()))
    except FileNotFoundError:
        raise ModelFileError(folder, f"no {path.name} in it", fix) from None
    except SafetensorError as error:
        raise ModelFileError(folder, f"{path.name} is no safetensors file: {error}", fix) from None
    except RuntimeError as error:
        problem = (
            f"{path.name} does not fit the settings in model.json: {' '.join(str(error).split())}"
        )
        raise ModelFileError(folder, problem, fix) from None
