"""Downloads from a real server that breaks off, lies, moves, and asks for a password."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.core.settings import parse
from penstock.sources.downloads import obtain
from penstock.sources.errors import AllMirrorsFailed
from penstock.sources.settings import MirrorsSource
from tests.func.shelf import Shelf, serve

CONTENT = bytes(range(256)) * 400
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve() as shelf:
        shelf.files["/x.csv"] = CONTENT
        yield shelf


def source(*mirrors: dict[str, Any], sha256: str | None = SHA256) -> MirrorsSource:
    block: dict[str, Any] = {"kind": "mirrors", "mirrors": list(mirrors)}
    block |= {"sha256": sha256} if sha256 else {"mode": "live"}
    return parse(MirrorsSource, block, "projects.p.source")


def url(shelf: Shelf, path: str = "/x.csv") -> dict[str, Any]:
    return {"kind": "url", "url": shelf.url + path}


def package(member: str = "data/x.csv") -> dict[str, Any]:
    return {
        "kind": "package",
        "registry": "pypi",
        "name": "My_Data",
        "version": "1.0",
        "member": member,
    }


def get(root: Path, *mirrors: dict[str, Any]) -> Path:
    return obtain(root, "p", source(*mirrors), SHA256)


def failure(root: Path, *mirrors: dict[str, Any]) -> str:
    with pytest.raises(AllMirrorsFailed) as error:
        get(root, *mirrors)
    return str(error.value)


def left_over(root: Path) -> list[str]:
    return sorted(path.name for path in (root / ".penstock/downloads/partial").glob("*"))


def test_a_file_is_downloaded_once_and_kept_under_its_hash(tmp_path: Path, shelf: Shelf) -> None:
    kept = get(tmp_path, url(shelf))
    assert kept == tmp_path / ".penstock" / "downloads" / SHA256 / "x.csv"
    assert kept.read_bytes() == CONTENT
    assert get(tmp_path, url(shelf)) == kept
    assert len(shelf.asked) == 1
    assert left_over(tmp_path) == []


def test_a_download_that_broke_off_goes_on_where_it_was(tmp_path: Path, shelf: Shelf) -> None:
    shelf.breaks["/x.csv"] = [1000, 500]
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT
    assert shelf.asked == [
        ("/x.csv", None),
        ("/x.csv", "bytes=1000-"),
        ("/x.csv", "bytes=1500-"),
    ]


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(tmp_path: Path, shelf: Shelf) -> None:
    shelf.breaks["/x.csv"] = [1000, 0]
    assert "broke off after 1,000 of 102,400 bytes" in failure(tmp_path, url(shelf))
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT
    assert shelf.asked[-1] == ("/x.csv", "bytes=1000-")


def test_two_versions_of_a_file_never_mix(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/x.csv"] = b"old" * 9000
    shelf.breaks["/x.csv"] = [1000, 0]
    failure(tmp_path, url(shelf))
    shelf.files["/x.csv"], shelf.version = CONTENT, '"2"'
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT


def test_a_server_that_cannot_resume_starts_again(tmp_path: Path, shelf: Shelf) -> None:
    shelf.ranges = False
    shelf.breaks["/x.csv"] = [1000]
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT


def test_a_server_that_names_no_version_is_gone_on_with_if_a_checksum_would_tell(
    tmp_path: Path, shelf: Shelf
) -> None:
    shelf.version = None
    shelf.breaks["/x.csv"] = [1000]
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT
    shelf.breaks["/x.csv"] = [2000]
    obtain(tmp_path, "p", source(url(shelf), sha256=None), None)
    assert [asked for _, asked in shelf.asked] == [None, "bytes=1000-", None, None]


def test_a_file_that_shrank_meanwhile_is_had_anew(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/x.csv"] = CONTENT * 3
    shelf.breaks["/x.csv"] = [len(CONTENT) * 2, 0]
    failure(tmp_path, url(shelf))
    shelf.files["/x.csv"] = CONTENT
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT


def test_a_damaged_file_is_had_again(tmp_path: Path, shelf: Shelf) -> None:
    get(tmp_path, url(shelf)).write_bytes(b"bitten by the disk")
    assert get(tmp_path, url(shelf)).read_bytes() == CONTENT


def test_every_mirror_tried_is_named_with_its_reason_and_fixes(
    tmp_path: Path, shelf: Shelf
) -> None:
    shelf.files["/other.csv"] = b"something else"
    closed = {"kind": "url", "url": "http://127.0.0.1:9/x.csv"}
    text = failure(tmp_path, closed, url(shelf, "/none.csv"), url(shelf, "/other.csv"))
    assert "none of its 3 mirrors gave the file" in text
    assert "1. http://127.0.0.1:9/x.csv\n     cannot reach 127.0.0.1:9: " in text
    assert "answered 404 Not Found" in text
    other = hashlib.sha256(b"something else").hexdigest()
    assert f"gave another file: 14 bytes, sha256 {other}, not {SHA256}" in text
    assert f"put it at .penstock/downloads/{SHA256}/x.csv" in text
    assert "kind: files, path: YOUR_FILE" in text
    assert left_over(tmp_path) == []


def test_a_file_that_the_user_put_there_by_hand_is_taken(tmp_path: Path) -> None:
    placed = tmp_path / ".penstock" / "downloads" / SHA256 / "x.csv"
    placed.parent.mkdir(parents=True)
    placed.write_bytes(CONTENT)
    assert get(tmp_path, {"kind": "url", "url": "http://127.0.0.1:9/x.csv"}) == placed


def test_the_second_mirror_helps_out(tmp_path: Path, shelf: Shelf) -> None:
    assert get(tmp_path, url(shelf, "/none.csv"), url(shelf)).read_bytes() == CONTENT


def test_a_live_source_takes_what_is_there_now(tmp_path: Path, shelf: Shelf) -> None:
    live = source(url(shelf), sha256=None)
    assert obtain(tmp_path, "p", live, None).parent.name == SHA256
    shelf.files["/x.csv"] = b"grown"
    assert obtain(tmp_path, "p", live, None).read_bytes() == b"grown"
    assert obtain(tmp_path, "p", live, SHA256).read_bytes() == CONTENT


# -- packages ----------------------------------------------------------------------------------


def wheel(content: bytes = CONTENT) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data/x.csv", content)
        archive.writestr("my_data/__init__.py", "raise SystemExit('imported!')")
    return buffer.getvalue()


def publish(shelf: Shelf, content: bytes, kind: str, sha256: str | None = None) -> None:
    """Put the wheel of My_Data 1.0 on an index that answers in `kind`."""
    file = "my_data-1.0-py3-none-any.whl"
    shelf.files[f"/files/{file}"] = content
    digest = sha256 or hashlib.sha256(content).hexdigest()
    older = {"filename": "my-data-0.9.tar.gz", "url": "../../files/old.tar.gz", "hashes": {}}
    this = {"filename": file, "url": f"../../files/{file}", "hashes": {"sha256": digest}}
    if kind == "json":
        page = json.dumps({"files": [older, this]})
    else:
        page = (
            '<a href="../../files/my-data-0.9.tar.gz">old</a>'
            f'<a href="../../files/{file}#sha256={digest}">{file}</a>'
        )
    shelf.files["/simple/my-data/"] = page.encode()
    shelf.types["/simple/my-data/"] = (
        "application/vnd.pypi.simple.v1+json" if kind == "json" else "text/html"
    )


@pytest.mark.parametrize("kind", ["json", "html"])
def test_a_member_of_a_package_is_taken_and_the_archive_goes(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    publish(shelf, wheel(), kind)
    monkeypatch.setenv("PIP_INDEX_URL", f"{shelf.url}/simple/")
    kept = get(tmp_path, package())
    assert kept.read_bytes() == CONTENT
    assert [path for path in (tmp_path / ".penstock").rglob("*") if path.is_file()] == [kept]


def test_an_index_with_a_password_gets_it_and_no_message_shows_it(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, wheel(), "html")
    shelf.password = f"Basic {base64.b64encode(b'me:p@ss').decode()}"
    monkeypatch.setenv("UV_INDEX_URL", f"{shelf.url}/simple".replace("//", "//me:p%40ss@"))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    text = failure(tmp_path, package("data/y.csv"))
    assert "p%40ss" not in text and "p@ss" not in text
    assert "no member 'data/y.csv'; did you mean 'data/x.csv'?" in text
    assert get(tmp_path, package()).read_bytes() == CONTENT


def test_what_the_registrys_checksum_denies_is_not_opened(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, wheel(), "json", sha256="0" * 64)
    monkeypatch.setenv("PIP_INDEX_URL", f"{shelf.url}/simple")
    text = failure(tmp_path, package())
    assert "came damaged" in text
    assert "set PIP_INDEX_URL to a mirror of pypi" in text


def test_a_member_of_another_hash_is_refused(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, wheel(b"tampered with"), "html")
    monkeypatch.setenv("PIP_INDEX_URL", f"{shelf.url}/simple")
    assert "gave another file: 13 bytes" in failure(tmp_path, package())
    assert left_over(tmp_path) == []


def test_a_version_that_is_not_there_gets_did_you_mean(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, wheel(), "html")
    monkeypatch.setenv("PIP_INDEX_URL", f"{shelf.url}/simple")
    assert "has no version 1.00; did you mean '1.0'?" in failure(
        tmp_path, package() | {"version": "1.00"}
    )


def test_the_licence_is_told_when_a_file_is_downloaded_and_not_again(
    tmp_path: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "penstock")
    told = source(url(shelf)).model_copy(update={"licence": "for research only"})
    for expected in (1, 1):
        obtain(tmp_path, "p", told, SHA256)
        assert caplog.text.count("x.csv, licence: for research only") == expected
