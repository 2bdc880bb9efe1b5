"""Where things lie in a checkout, and how the parts of projects, tasks and models load."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType

from penstock.core.errors import NotAWorkspace, PenstockError, UnknownName


class MissingPart(PenstockError):
    """A project or task folder lacks a file that its contract asks for."""

    def __init__(self, kind: str, name: str, part: str) -> None:
        super().__init__(
            f"{kind} {name!r} has no {part}.py\n"
            f"  fix: write src/penstock/{kind}s/{name}/{part}.py; "
            "what it must offer stands at the top of src/penstock/core/contracts.py"
        )


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` that holds dvc.yaml and params.yaml.

    Raises:
        NotAWorkspace: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "dvc.yaml").is_file() and (folder / "params.yaml").is_file():
            return folder
    raise NotAWorkspace(str(here))


def names_of(kind: str) -> list[str]:
    """Projects or tasks that exist as packages (`kind` is "project" or "task")."""
    package = importlib.import_module(f"penstock.{kind}s")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg)


def load_part(kind: str, name: str, part: str) -> ModuleType:
    """Import `penstock.{kind}s.{name}.{part}`.

    Raises:
        UnknownName: no such project or task.
        MissingPart: the folder is there, the file is not.
    """
    known = names_of(kind)
    if name not in known:
        raise UnknownName(kind, name, known, f"src/penstock/{kind}s")
    module = f"penstock.{kind}s.{name}.{part}"
    if importlib.util.find_spec(module) is None:
        raise MissingPart(kind, name, part)
    return importlib.import_module(module)


def load_model(task: str, model: str) -> ModuleType:
    """Import `penstock.models.{task}.{model}`.

    Raises:
        UnknownName: that task has no such model.
    """
    package = importlib.import_module("penstock.models")
    folders = [str(Path(folder) / task) for folder in package.__path__]
    known = sorted(found.name for found in pkgutil.iter_modules(folders) if not found.ispkg)
    if model not in known:
        raise UnknownName("model", model, known, f"src/penstock/models/{task}")
    return importlib.import_module(f"penstock.models.{task}.{model}")


def code_of_model(package: Path, task: str, model: str) -> list[Path]:
    """The files of `package` (…/src/penstock) that say how a model learns: what `train` hashes."""
    own = package / "models" / task
    shared = (own / "parts", package / "models" / "training")
    return [own / f"{model}.py", *(file for one in shared for file in sorted(one.rglob("*.py")))]
