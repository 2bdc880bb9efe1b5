"""A skops archive whose bytes depend on the model alone.

skops names members and objects by memory address and stamps them with the clock. Here members
are named by their content; objects have no ids, records no garbage in their gaps, nothing a
stamp: the same model, the same sha256.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np

SCHEMA = "schema.json"


def canonical(archive: bytes) -> bytes:
    """The same estimator as in `archive`, which skops wrote, in bytes that any process repeats."""
    with ZipFile(io.BytesIO(archive)) as source:
        schema = json.loads(source.read(SCHEMA))
        members = {
            name: _clean(name, source.read(name)) for name in source.namelist() if name != SCHEMA
        }
    names = {name: _content_name(name, data) for name, data in members.items()}
    renamed = {names[name]: data for name, data in members.items()}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as target:
        for name in sorted(renamed):
            target.writestr(ZipInfo(name), renamed[name])
        text = json.dumps(_without_ids(schema, names), separators=(",", ":"))
        target.writestr(ZipInfo(SCHEMA), text)
    return buffer.getvalue()


def _without_ids(node: Any, names: dict[str, str]) -> Any:
    """`node` of a skops schema without object ids, its members under their new names."""
    if isinstance(node, list):
        return [_without_ids(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _without_ids(value, names) for key, value in node.items() if key != "__id__"}
    if "__loader__" in kept and "file" in kept:
        kept["file"] = names[kept["file"]]
    return kept


def _clean(name: str, data: bytes) -> bytes:
    """`data`, or the same array with zeros between the fields of its records.

    The nodes of a tree are records with a gap; in a tree that was loaded it holds what lay there.
    """
    if not name.endswith(".npy"):
        return data
    records = np.load(io.BytesIO(data))
    if records.dtype.names is None:
        return data
    clean = np.zeros(records.shape, records.dtype)
    for field in records.dtype.names:
        clean[field] = records[field]
    buffer = io.BytesIO()
    np.save(buffer, clean)
    return buffer.getvalue()


def _content_name(name: str, data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() + PurePosixPath(name).suffix
