"""Members of Debian packages, and where the archive keeps them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from penstock.sources.archives import open_member
from penstock.sources.errors import DownloadError
from penstock.sources.registries import find_archives
from penstock.sources.settings import PackageMirror

MEMBER = "usr/share/x/data.csv"


def member(name: str, content: bytes) -> bytes:
    head = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
    return head + content + b"\n" * (len(content) % 2)


def package(path: Path, *, files: bool = True) -> Path:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:xz") as tar:
        found = tarfile.TarInfo(f"./{MEMBER}")
        found.size = 6
        tar.addfile(found, io.BytesIO(b"a,b\n1,"))
    parts = [member("debian-binary", b"2.0\n"), member("control.tar.xz", b"odd")]
    parts += [member("data.tar.xz", held.getvalue())] if files else []
    path.write_bytes(b"!<arch>\n" + b"".join(parts))
    return path


def test_a_member_is_read_out_of_the_tar_inside(tmp_path: Path) -> None:
    with open_member(package(tmp_path / "x.deb"), MEMBER) as file:
        assert file.read() == b"a,b\n1,"


def test_a_misspelt_member_gets_did_you_mean(tmp_path: Path) -> None:
    archive = package(tmp_path / "x.deb")
    with pytest.raises(DownloadError, match="did you mean"), open_member(archive, f"{MEMBER}x"):
        pass


def test_a_package_without_files_is_said_to_be_none(tmp_path: Path) -> None:
    archive = package(tmp_path / "x.deb", files=False)
    with pytest.raises(DownloadError, match=r"no data\.tar"), open_member(archive, MEMBER):
        pass


def test_a_package_that_is_cut_short_is_an_error(tmp_path: Path) -> None:
    archive = package(tmp_path / "x.deb")
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(DownloadError), open_member(archive, MEMBER) as file:
        file.read()


@pytest.mark.parametrize(
    ("name", "version", "file"),
    [
        ("dataset-x", "1.0-1", "d/dataset-x/dataset-x_1.0-1_all.deb"),
        ("libx-data", "2:1.0-1", "libx/libx-data/libx-data_1.0-1_all.deb"),
    ],
)
def test_the_pool_is_sorted_by_first_letters_and_knows_no_epoch(
    monkeypatch: pytest.MonkeyPatch, name: str, version: str, file: str
) -> None:
    monkeypatch.setenv("DEBIAN_MIRROR", "http://localhost/debian/")
    mirror = PackageMirror(
        kind="package", registry="debian", name=name, version=version, member=MEMBER
    )
    (archive,) = find_archives(mirror)
    assert archive.url == f"http://localhost/debian/pool/main/{file}"
    assert archive.digest is None
