"""One member out of a wheel, sdist, npm or Debian package: read as an archive, never installed.

A Debian package is an `ar` archive whose member `data.tar.*` holds the files (deb(5)).
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from penstock.core.errors import did_you_mean
from penstock.sources.errors import DownloadError

AR = b"!<arch>\n"
HEADER = 60  # bytes before each member of an `ar` archive; its name leads, its size ends it


@contextmanager
def open_member(archive: Path, member: str) -> Iterator[IO[bytes]]:
    """The bytes of `member`; in a tar archive its path may start below the top folder.

    Raises:
        DownloadError: `archive` is none, or has no such member.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped:
                _expect(member, zipped.namelist())
                with zipped.open(member) as file:
                    yield file
        else:
            with _tar_of(archive) as bytes_of, tarfile.open(fileobj=bytes_of) as tarred:
                names = {found.name: found for found in tarred.getmembers() if found.isfile()}
                below = {name.partition("/")[2]: found for name, found in names.items()} | names
                _expect(member, below)
                opened = tarred.extractfile(below[member])
                assert opened is not None
                with opened as file:
                    yield file
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DownloadError(f"{archive.name} is no archive that can be read: {error}") from error


@contextmanager
def _tar_of(archive: Path) -> Iterator[BinaryIO]:
    """The tar archive that `archive` is, or of a Debian package the one that holds its files."""
    with archive.open("rb") as file:
        if file.read(len(AR)) != AR:
            file.seek(0)
            yield file
            return
        while header := file.read(HEADER):
            name, size = header[:16].decode("latin-1").strip(), header[48:58].strip()
            if len(header) < HEADER or not size.isdigit():
                break
            if name.startswith("data.tar"):
                held = file.read(int(size))
                if len(held) < int(size):
                    raise EOFError(f"{len(held):,} of {int(size):,} bytes of {name}")
                yield io.BytesIO(held)
                return
            file.seek(int(size) + int(size) % 2, 1)
    raise DownloadError(f"{archive.name} is no Debian package: it holds no data.tar")


def _expect(member: str, known: Collection[str]) -> None:
    if member not in known:
        raise DownloadError(f"the package has no member {member!r}; {did_you_mean(member, known)}")
