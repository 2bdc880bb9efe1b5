"""XGBoost models as UBJSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from penstock.core.errors import ModelFileError
from penstock.core.files import atomic


def save_booster(booster: Any, path: Path) -> None:
    """Write an `xgboost.Booster` as UBJSON, whatever the name of `path`."""
    with atomic(path) as part:
        part.write_bytes(booster.save_raw("ubj"))


def load_booster(path: Path, inputs: int) -> Any:
    """The `xgboost.Booster` in `path`, which takes `inputs` columns.

    Raises:
        ModelFileError: no file, no UBJSON model, or one of another width.
    """
    import xgboost

    folder, fix = str(path.parent), "dvc repro   (or: dvc pull)"
    try:
        data = path.read_bytes()
        # XGBoost ends the process on an empty file, and on most that are cut short.
        if not (data.startswith(b"{L") and data.endswith(b"}")):
            raise ModelFileError(folder, f"{path.name} is no whole UBJSON file", fix)
        booster = xgboost.Booster(model_file=bytearray(data))
    except FileNotFoundError:
        raise ModelFileError(folder, f"no {path.name} in it", fix) from None
    except xgboost.core.XGBoostError:  # its text is a stack trace
        raise ModelFileError(folder, f"{path.name} is no XGBoost model", fix) from None
    if booster.num_features() != inputs:
        problem = f"{path.name} takes {booster.num_features()} inputs; model.json names {inputs}"
        raise ModelFileError(folder, problem, fix)
    return booster
