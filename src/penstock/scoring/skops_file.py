"""scikit-learn models as canonical skops archives, read back from named types only."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from penstock.core.errors import ModelFileError
from penstock.core.files import atomic
from penstock.scoring.canonical import SCHEMA, canonical

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
LOADERS = frozenset(
    {
        "DictNode",
        "JsonNode",
        "ListNode",
        "NdArrayNode",
        "ObjectNode",
        "TreeNode",
        "TupleNode",
        "TypeNode",
    }
)
RETRAIN = "dvc repro   (or: dvc pull)"


def save_skops(estimator: Any, path: Path) -> None:
    """Write `estimator` to `path`: equal estimators give equal bytes, in any process."""
    archive = canonical(_skops().dumps(estimator))
    with atomic(path) as part:
        part.write_bytes(archive)


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
    except (BadZipFile, KeyError, ValueError, RecursionError) as error:
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


def _types(node: Any) -> Iterator[str]:
    """Every type that a skops schema names, and how it is made where that is out of the way."""
    if isinstance(node, list):
        for item in node:
            yield from _types(item)
    elif isinstance(node, dict):
        if "__loader__" in node:
            name, loader = f"{node.get('__module__')}.{node.get('__class__')}", node["__loader__"]
            yield name if loader in LOADERS else f"{name} (a {loader})"
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
