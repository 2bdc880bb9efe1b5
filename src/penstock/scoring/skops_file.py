"""scikit-learn models in skops archives whose bytes depend on the model alone.

skops names members and objects by memory address and stamps them with the clock. Here members
are named by their content; objects have no ids, records no garbage in their gaps, nothing a
stamp: the same model, the same sha256.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np

from penstock.core.errors import ModelFileError
from penstock.core.files import atomic

SCHEMA = "schema.json"
# The probe of torch that scikit-learn's package walk trips over.
TORCH_SHIM = "sklearn.externals.array_api_compat.torch"
# What every archive is made of, besides the types its reader names.
PLAIN = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.str",
        "builtins.tuple",
        "numpy.ndarray",
        "numpy.float64",
        "numpy.int64",
    }
)
RETRAIN = "dvc repro   (or: dvc pull)"


def save_skops(estimator: Any, path: Path) -> None:
    """Write `estimator` to `path`: equal estimators give equal bytes, in any process."""
    archive = _skops().dumps(estimator)
    with ZipFile(io.BytesIO(archive)) as source, atomic(path) as part:
        schema = json.loads(source.read(SCHEMA))
        members = {name: _clean(name, source.read(name)) for name in source.namelist()}
        del members[SCHEMA]
        names = {name: _content_name(name, data) for name, data in members.items()}
        canonical = {names[name]: data for name, data in members.items()}
        text = json.dumps(_canonical(schema, names), separators=(",", ":"))
        with ZipFile(part, "w") as target:
            for name in sorted(canonical):
                target.writestr(ZipInfo(name), canonical[name])
            target.writestr(ZipInfo(SCHEMA), text)


def load_skops(path: Path, trusted: Iterable[str]) -> Any:
    """The estimator in `path`, made of `trusted` types and plain numbers, names and arrays.

    Raises:
        ModelFileError: no file, no skops archive, or a type in it that is not trusted.
    """
    folder, allowed = str(path.parent), sorted(trusted)
    try:
        data = path.read_bytes()
        with ZipFile(io.BytesIO(data)) as source:
            found = set(_types(json.loads(source.read(SCHEMA))))
    except FileNotFoundError:
        raise ModelFileError(folder, f"no {path.name} in it", RETRAIN) from None
    except (BadZipFile, KeyError, ValueError) as error:
        raise ModelFileError(folder, f"{path.name} is no skops archive: {error}", RETRAIN) from None
    strangers = sorted(found - PLAIN - set(allowed))
    if strangers:
        problem = f"{path.name} holds {', '.join(strangers)}; expected only {', '.join(allowed)}"
        raise ModelFileError(folder, problem, f"do not load it; {RETRAIN}")
    try:
        return _skops().loads(data, trusted=allowed)
    except Exception as error:  # skops lets through whatever a crafted state makes NumPy raise
        problem = f"{path.name} can't be read: {type(error).__name__}: {error}"
        raise ModelFileError(folder, problem, RETRAIN) from None


def _canonical(node: Any, names: dict[str, str]) -> Any:
    """`node` of a skops schema without object ids, its members under their new names."""
    if isinstance(node, list):
        return [_canonical(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _canonical(value, names) for key, value in node.items() if key != "__id__"}
    if "__loader__" in kept and "file" in kept:
        kept["file"] = names[kept["file"]]
    return kept


def _clean(name: str, data: bytes) -> bytes:
    """`data`, or the same array with zeros between the fields of its records.

    The nodes of a tree are records with a gap; in a tree that was loaded it holds what lay there.
    """
    if not name.endswith(".npy"):
        return data
    records = np.load(io.BytesIO(data), allow_pickle=False)
    if records.dtype.names is None:
        return data
    clean = np.zeros(records.shape, records.dtype)
    for field in records.dtype.names:
        clean[field] = records[field]
    buffer = io.BytesIO()
    np.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


def _content_name(name: str, data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() + PurePosixPath(name).suffix


def _types(node: Any) -> Iterator[str]:
    """Every type that a skops schema names."""
    if isinstance(node, list):
        for item in node:
            yield from _types(item)
    elif isinstance(node, dict):
        if "__loader__" in node:
            yield f"{node.get('__module__')}.{node.get('__class__')}"
        for value in node.values():
            yield from _types(value)


def _skops() -> Any:
    """skops.io, without the second and a half of importing torch that it costs otherwise.

    To know scikit-learn's estimators skops walks all its packages; one of them is a shim that
    imports torch. A package that can't be imported is passed over by that walk.
    """
    with _hidden(TORCH_SHIM):
        import skops.io

    return skops.io


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """While it lasts `name` can't be imported, unless it has been already."""
    if name in sys.modules or "skops.io" in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
