"""A set of images ingested from real servers: packed files, and a package of Debian's archive."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.dataset import load
from penstock.core.errors import PenstockError
from penstock.sources.opening import open_source
from penstock.sources.raw import write_parts
from tests.digits import PROJECT, drawn, files, source
from tests.func.shelf import Shelf, serve


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve() as shelf:
        for name, content in files().items():
            shelf.files[f"/{name}.gz"] = gzip.compress(content, mtime=0)
        yield shelf


def packed(shelf: Shelf) -> dict[str, Any]:
    return {"kind": "url", "url": f"{shelf.url}/{{file}}.gz", "unpack": "gzip"}


def ingest(root: Path, block: dict[str, Any]) -> dict[str, int]:
    opened = open_source(root, PROJECT, block)
    folder = root / "raw"
    folder.mkdir()
    return write_parts(opened.parts(opened.version(None)), folder)


def test_packed_files_are_unpacked_and_held_to_their_hash(tmp_path: Path, shelf: Shelf) -> None:
    rows = ingest(tmp_path, source(packed(shelf), files()))
    assert rows == {"classes": 10, "image": 800, "label": 800, "number": 800, "part": 800}
    from penstock.core.dataset import write_manifest

    write_manifest(tmp_path / "raw", rows, {})
    image, label = drawn(800)
    np.testing.assert_array_equal(load(tmp_path / "raw").tensors["image"], image)
    np.testing.assert_array_equal(load(tmp_path / "raw").tensors["label"], label)
    kept = sorted(path.name for path in (tmp_path / ".penstock" / "downloads").glob("*/*-images"))
    assert kept == ["test-images", "train-images"]


def test_what_was_downloaded_is_not_asked_for_again(tmp_path: Path, shelf: Shelf) -> None:
    block = source(packed(shelf), files())
    ingest(tmp_path, block)
    asked = len(shelf.asked)
    (tmp_path / "raw").rename(tmp_path / "before")
    ingest(tmp_path, block)
    assert len(shelf.asked) == asked == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>log in first</html>", "gave no gzip file"),
        (gzip.compress(b"another file"), "gave another file: 12 bytes"),
        (gzip.compress(bytes(10_000))[:-9], "gave no gzip file"),
    ],
    ids=["a page", "another file", "half a file"],  # their bytes hold the time
)
def test_a_mirror_that_gives_something_else_is_passed_over(
    tmp_path: Path, shelf: Shelf, content: bytes, says: str
) -> None:
    for name in files():
        shelf.files[f"/bad/{name}.gz"] = content
    bad = {"kind": "url", "url": f"{shelf.url}/bad/{{file}}.gz", "unpack": "gzip"}
    with pytest.raises(PenstockError, match=says):
        ingest(tmp_path, source(bad, files()))
    (tmp_path / "raw").rmdir()
    block = source(bad, files())
    block["sets"]["small"]["mirrors"].append(packed(shelf))
    assert ingest(tmp_path, block)["image"] == 800


def test_the_source_of_params_yaml_names_four_files_of_each_set() -> None:
    from penstock.core.config import load_params
    from penstock.sources.idx import Labelled
    from tests.workspace import ROOT

    block = load_params(ROOT).project(PROJECT).source
    opened = open_source(ROOT, PROJECT, block)
    assert isinstance(opened, Labelled)
    assert set(opened.settings.sets) == {"mnist", "fashion-mnist"}
    for one in opened.settings.sets.values():
        assert len({each.sha256 for each in (*one.images, *one.labels)}) == 4
