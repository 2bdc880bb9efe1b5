"""Images and labels in IDX files: what is read, and what is refused."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import Array
from penstock.core.errors import ParamsError
from penstock.sources.errors import NoAsOf, SourceError
from penstock.sources.idx import read_idx
from penstock.sources.opening import open_source
from tests.digits import PROJECT, files, idx, source, write_downloads


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("code", "kind"), [(8, "u1"), (9, "i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")]
)
def test_every_type_of_the_format_is_read(tmp_path: Path, code: int, kind: str) -> None:
    values = np.arange(24).reshape(2, 3, 4).astype(kind)
    head = bytes([0, 0, code, 3]) + struct.pack(">3i", 2, 3, 4)
    found = read_idx(written(tmp_path / "x", head + values.tobytes()))
    np.testing.assert_array_equal(found, values)
    assert found.dtype == np.dtype(kind).newbyteorder("=")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "expected an IDX file"),
        (b"\x1f\x8b\x08\x00", "begins 1f8b0800"),
        (b"\x00\x00\x07\x01\x00\x00\x00\x00", "expected an IDX file"),
        (b"\x00\x00\x08\x03\x00\x00\x00\x02", "expected a head of 16 bytes, found 8"),
        (idx(np.zeros((2, 2), np.uint8))[:-1], "its head says 16 bytes, found 15"),
        (idx(np.zeros((2, 2), np.uint8)) + b"x", "its head says 16 bytes, found 17"),
    ],
)
def test_what_is_no_such_file_is_said_to_be_none(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_idx(written(tmp_path / "x", content))


def parts(root: Path, block: dict[str, Any]) -> dict[str, Any]:
    opened = open_source(root, PROJECT, block)
    return dict(opened.parts(opened.version(None)))


def test_parts_follow_one_another_and_images_are_numbered(tmp_path: Path) -> None:
    found = parts(tmp_path, write_downloads(tmp_path))
    assert found["image"].shape == (800, 28, 28)
    assert {len(found[name]) for name in ("label", "number", "part")} == {800}
    assert np.bincount(found["part"]).tolist() == [600, 200]
    assert found["number"].tolist() == list(range(800))
    (classes,) = list(found["classes"])
    assert classes.to_pydict() == {"label": list(range(10)), "name": [str(n) for n in range(10)]}


def test_a_label_too_few_is_an_error_that_names_both(tmp_path: Path) -> None:
    content = files()
    content["test-labels"] = idx(np.zeros(199, np.uint8))
    block = kept(tmp_path, content)
    with pytest.raises(SourceError, match=r"a label for each.*200, 28, 28.*199.*\n  fix: correct"):
        parts(tmp_path, block)


def test_a_file_that_is_no_idx_is_an_error_with_a_fix(tmp_path: Path) -> None:
    block = kept(tmp_path, files() | {"train-images": b"<html>log in first</html>"})
    with pytest.raises(SourceError, match=r"train-images: expected an IDX file.*\n  fix:"):
        parts(tmp_path, block)


def kept(root: Path, content: dict[str, bytes]) -> dict[str, Any]:
    """The block of files that were downloaded before."""
    block = source({"kind": "url", "url": "http://127.0.0.1:9/{file}"}, content)
    for each in (*block["sets"]["small"]["images"], *block["sets"]["small"]["labels"]):
        folder = root / ".penstock" / "downloads" / each["sha256"]
        folder.mkdir(parents=True)
        (folder / each["file"]).write_bytes(content[each["file"]])
    return block


def test_the_version_is_that_of_the_set_that_is_taken(tmp_path: Path) -> None:
    block = write_downloads(tmp_path)
    other = {**block["sets"]["small"], "images": block["sets"]["small"]["images"][::-1]}
    both = {**block, "sets": {**block["sets"], "turned": other}}
    first, turned = (
        open_source(tmp_path, PROJECT, {**both, "take": take}).version(None)
        for take in ("small", "turned")
    )
    assert first["locator"].startswith("small: http://127.0.0.1:9/")
    assert first["sha256"] != turned["sha256"]


def test_a_set_has_one_state_only(tmp_path: Path) -> None:
    from datetime import date

    with pytest.raises(NoAsOf):
        open_source(tmp_path, PROJECT, write_downloads(tmp_path)).version(date(2020, 1, 1))


def changed(block: dict[str, Any], **of_set: Any) -> dict[str, Any]:
    return {**block, "sets": {"small": {**block["sets"]["small"], **of_set}}}


def test_mistakes_in_the_block_are_told_by_their_key(tmp_path: Path) -> None:
    good = write_downloads(tmp_path)
    one: Array = good["sets"]["small"]["labels"][:1]
    wrong = {
        r"no set 'smal'; did you mean 'small'": {**good, "take": "smal"},
        r"a file of labels for each file of images, found 2 of images and 1": changed(
            good, labels=one
        ),
        r"expected \{file\} for the file's name in 'http://x/y'": changed(
            good, mirrors=[{"kind": "url", "url": "http://x/y"}]
        ),
        r"say `mode: pinned`": {**good, "mode": "live"},
        r"sha256": changed(good, images=[{"file": "a"}, {"file": "b"}]),
    }
    for says, block in wrong.items():
        with pytest.raises(ParamsError, match=says):
            open_source(tmp_path, PROJECT, block)
