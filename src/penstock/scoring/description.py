"""model.json: what a model file can't say itself, the settings it was built with and its inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from penstock.core.errors import ModelFileError, ParamsError
from penstock.core.files import read_json, write_json
from penstock.core.settings import Settings, parse

DESCRIPTION = "model.json"
S = TypeVar("S", bound=Settings)


class Inputs(Settings):
    """Names of a model's input columns, in order."""

    inputs: tuple[str, ...] = Field(min_length=1)


def write_description(folder: Path, settings: Settings, inputs: Sequence[str]) -> None:
    """Write model.json into `folder`, which is made where there is none."""
    value = {"settings": settings.model_dump(mode="json"), "inputs": list(inputs)}
    write_json(folder / DESCRIPTION, value)


def read_description(folder: Path, kind: type[S]) -> tuple[S, tuple[str, ...]]:
    """Settings of `kind`, and the names of the inputs.

    Raises:
        ModelFileError: no model.json in `folder`, or one that this model did not write.
    """
    fix = "dvc repro   (or: dvc pull)"
    try:
        value = dict(read_json(folder / DESCRIPTION))
        inputs = parse(Inputs, {"inputs": value.get("inputs")}, "", DESCRIPTION).inputs
        return parse(kind, value.get("settings"), "settings", DESCRIPTION), inputs
    except FileNotFoundError:
        raise ModelFileError(str(folder), f"no {DESCRIPTION} in it", fix) from None
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise ModelFileError(
            str(folder), f"{DESCRIPTION} is no JSON object: {error}", fix
        ) from None
    except ParamsError as error:
        raise ModelFileError(str(folder), f"{DESCRIPTION}: {error.problems[0]}", fix) from None
