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
        booster = xgboost.Booster(model_file=bytearray(path.read_bytes()))
    except FileNotFoundError:
        raise ModelFileError(folder, f"no {path.name} in it", fix) from None
    except xgboost.core.XGBoostError as error:
        # XGBoost answers with a stack trace: its first line says what is wrong.
        first = str(error).splitlines()[0]
        raise ModelFileError(folder, f"{path.name} is no XGBoost model: {first}", fix) from None
    if booster.num_features() != inputs:
        problem = f"{path.name} takes {booster.num_features()} inputs; model.json names {inputs}"
        raise ModelFileError(folder, problem, fix)
    return booster
