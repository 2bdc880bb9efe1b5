"""Handwritten digits at a small size: as files in IDX, as the features of a project, as a view.

They are the 1,797 real ones that scikit-learn brings along (Alpaydin and Kaynak 1998), each of
8 × 8 pixels drawn on 28 × 28, so nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import Array, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.projects.digits.features import FeatureSettings, featurize
from penstock.tasks.images.trials import ProtocolSettings

PROJECT = "digits"
NAMES = [str(digit) for digit in range(10)]
SPLITS: dict[str, dict[str, Any]] = {
    "validation": {"kind": "held_out", "images": 50},
    "test": {"kind": "test", "seeds": 2},
}


def drawn(count: int) -> tuple[Array, Array]:
    """Images uint8 (count, 28, 28) and labels uint8 (count,)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = (digits.images[:count] * (255 / 16)).round().astype(np.uint8)
    large = np.kron(small, np.ones((3, 3), np.uint8))
    return np.pad(large, ((0, 0), (2, 2), (2, 2))), digits.target[:count].astype(np.uint8)


def valid(learnt: int = 600, judged: int = 200) -> Dataset:
    """What the gate of the project lets through."""
    import pandas as pd

    image, label = drawn(learnt + judged)
    part = np.repeat(np.array([0, 1], np.uint8), [learnt, judged])
    return Dataset(
        tables={"classes": pd.DataFrame({"label": np.arange(10), "name": NAMES})},
        tensors={"image": image, "label": label, "number": np.arange(len(image)), "part": part},
    )


def features(learnt: int = 600, judged: int = 200) -> Dataset:
    return featurize(valid(learnt, judged), FeatureSettings())


def view(rows: slice = slice(None), *, target: bool = True) -> View:
    """Some of the features' images."""
    whole = features()
    signature = Signature.from_notes(whole.notes["signature"])
    tensors = {name: whole.tensors[name][rows] for name in ("image", "number")}
    data = Dataset(tensors=tensors, notes=whole.notes)
    return View(data, signature, whole.tensors["label"][rows] if target else None)


def protocol(**changes: Any) -> ProtocolSettings:
    block = {"leads_on": "test", "splits": SPLITS, "bootstrap": 40, **changes}
    return parse(ProtocolSettings, block, "projects.digits.protocol")


def idx(array: Array) -> bytes:
    """The file of a uint8 array."""
    shape = struct.pack(f">{array.ndim}i", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def files(learnt: int = 600, judged: int = 200) -> dict[str, bytes]:
    """Name → content of the four files of a set."""
    image, label = drawn(learnt + judged)
    return {
        "train-images": idx(image[:learnt]),
        "test-images": idx(image[learnt:]),
        "train-labels": idx(label[:learnt]),
        "test-labels": idx(label[learnt:]),
    }


def source(mirror: dict[str, Any], content: dict[str, bytes]) -> dict[str, Any]:
    """The source block of a set whose files hold `content`."""

    def named(what: str) -> list[dict[str, str]]:
        names = [f"{part}-{what}" for part in ("train", "test")]
        return [{"file": n, "sha256": hashlib.sha256(content[n]).hexdigest()} for n in names]

    chosen = {
        "classes": NAMES,
        "mirrors": [mirror],
        "images": named("images"),
        "labels": named("labels"),
    }
    return {"kind": "idx", "take": "small", "sets": {"small": chosen}}


def write_downloads(root: Path) -> dict[str, Any]:
    """Lay the files where downloads are kept; the source block, whose mirror is never asked."""
    content = files()
    for name, held in content.items():
        folder = root / ".penstock" / "downloads" / hashlib.sha256(held).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)
    return source({"kind": "url", "url": "http://127.0.0.1:9/{file}"}, content)


def blocks(root: Path, candidates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """`projects` and `candidates` of params.yaml."""
    project = {
        "task": "images",
        "candidates": list(candidates),
        "source": write_downloads(root),
        "features": {},
        "protocol": {"leads_on": "test", "splits": SPLITS},
        "judging": {"bootstrap": 20},
    }
    keyed = {
        f"{PROJECT}-{name}": {"project": PROJECT, "name": name, "task": "images", **block}
        for name, block in candidates.items()
    }
    return {"projects": {PROJECT: project}, "candidates": keyed}
