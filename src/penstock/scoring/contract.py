"""contract.json beside a model: what it is, what it takes, and the hashes of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from penstock.core.contracts import Candidate, Input, Signature
from penstock.core.errors import ModelFileError, ParamsError
from penstock.core.files import read_json, sha256_of_file, write_json
from penstock.core.settings import Settings, parse
from penstock.core.workspace import load_model as import_model

CONTRACT = "contract.json"
MODEL = "model"
FORMAT = 1


class InputTerms(Settings):
    """One input as the contract writes it."""

    name: str
    dtype: str
    shape: tuple[int, ...]


class SignatureTerms(Settings):
    """A signature as the contract writes it."""

    inputs: tuple[InputTerms, ...]
    roles: dict[str, str]


class Contract(Settings):
    """What whoever loads a model may rely on.

    Attributes:
        model: `task/model`, the file under src/penstock/models that reads it.
        trained_through: the last moment (or unit) the fit has seen; None where time plays no part.
        files: path below the contract's folder → sha256, every file of the model.
    """

    format: Literal[1]
    model: str = Field(pattern=r"^[a-z][a-z0-9_]*/[a-z][a-z0-9_]*$")
    signature: SignatureTerms
    settings: dict[str, Any]
    seed: int
    threads: int
    trained_through: str | None
    files: dict[str, str] = Field(min_length=1)

    def inputs(self) -> tuple[Input, ...]:
        """The inputs of the signature, in order."""
        return tuple(Input(one.name, one.dtype, one.shape) for one in self.signature.inputs)


def write_contract(
    folder: Path,
    *,
    model: str,
    settings: Mapping[str, Any],
    signature: Signature,
    seed: int,
    threads: int,
    trained_through: str | None,
) -> None:
    """Write contract.json into `folder`, whose `model/` holds the saved model."""
    terms = {
        "format": FORMAT,
        "model": model,
        "signature": replace(signature, groups={}).to_notes(),
        "settings": dict(settings),
        "seed": seed,
        "threads": threads,
        "trained_through": trained_through,
        "files": {name: sha256_of_file(folder / name) for name in _files(folder)},
    }
    write_json(folder / CONTRACT, terms)


def read_contract(folder: Path) -> Contract:
    """The contract in `folder`.

    Raises:
        ModelFileError: there is none, or it is of another format.
    """
    fix = "dvc repro   (or: dvc pull)"
    try:
        return parse(Contract, read_json(folder / CONTRACT), "", CONTRACT)
    except (FileNotFoundError, NotADirectoryError):
        raise ModelFileError(str(folder), f"no {CONTRACT} in it", fix) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelFileError(str(folder), f"{CONTRACT} is no JSON: {error}", fix) from None
    except ParamsError as error:
        raise ModelFileError(str(folder), f"{CONTRACT}: {error.problems[0]}", fix) from None


def check_files(folder: Path, contract: Contract) -> None:
    """Compare what lies in `folder`/model with the contract.

    Raises:
        ModelFileError: a file is missing, unknown, or of another sha256.
    """
    there = set(_files(folder))
    for name in sorted(there | set(contract.files)):
        if name not in there:
            problem = f"{name} is missing"
        elif name not in contract.files:
            problem = f"{name} is not in its {CONTRACT}"
        elif (found := sha256_of_file(folder / name)) != contract.files[name]:
            problem = f"{name}: expected sha256 {contract.files[name]}, found {found}"
        else:
            continue
        fix = f"dvc checkout {folder} --force   (or, to train it again: dvc repro)"
        raise ModelFileError(str(folder), problem, fix)


def check_signature(folder: Path, contract: Contract, signature: Signature) -> None:
    """Compare names, order, dtypes and shapes of the inputs; roles may differ.

    Raises:
        ModelFileError: naming the first input that differs.
    """
    pairs = zip_longest(contract.inputs(), signature.inputs)
    for place, (ours, theirs) in enumerate(pairs, start=1):
        if ours != theirs:
            problem = f"input {place}: expected {_say(ours)}, found {_say(theirs)}"
            fix = "dvc repro   (trains it on the features as they are now)"
            raise ModelFileError(str(folder), problem, fix)


def load_model(folder: Path, signature: Signature | None = None) -> Candidate:
    """The model in `folder`, its files and, where given, its signature checked first.

    Raises:
        ModelFileError: the folder, a file or the signature is not what the contract says.
        UnknownName: its task has no such model in this version of penstock.
    """
    contract = read_contract(folder)
    check_files(folder, contract)
    if signature is not None:
        check_signature(folder, contract, signature)
    task, name = contract.model.split("/")
    kind: type[Candidate] | None = getattr(import_model(task, name), "MODEL", None)
    if kind is None:
        problem = f"{CONTRACT} says {contract.model}, and that file defines no MODEL"
        raise ModelFileError(str(folder), problem, "dvc repro   (or: dvc pull)")
    return kind.load(folder / MODEL)


def _files(folder: Path) -> list[str]:
    """Every file of the model, by its path below `folder`, with slashes on any system."""
    files = (path for path in (folder / MODEL).rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _say(one: Input | None) -> str:
    if one is None:
        return "none"
    return f"{one.name!r} {one.dtype}{list(one.shape) if one.shape else ''}"
