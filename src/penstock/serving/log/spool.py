"""A spool: the file that predictions are on until they are Parquet, or rows of a database.

Its writer holds a lock on it, which the system takes back when the process dies: a spool that
nobody holds is whole, or what is left of it, and whoever finds it brings it home.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

SUFFIX = ".spool"


class Spool:
    """A new spool in `folder`, called `name`; raises OSError, as every method does.

    Attributes:
        size: bytes that are surely on the disk.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}{SUFFIX}"
        self.size = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        part = folder / f".{name}.part"
        self._file = os.open(part, flags, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        part.rename(self.path)  # seen only once it is held
        _sync_folder(folder)

    def write(self, frames: Iterable[bytes]) -> None:
        """Append frames and wait for the disk; where that fails, nothing of them stays."""
        size = self.size
        try:
            for frame in frames:
                size += len(frame)
                rest = memoryview(frame)
                while rest:
                    rest = rest[os.write(self._file, rest) :]
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size)
            os.lseek(self._file, self.size, os.SEEK_SET)
            raise
        self.size = size

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)


def _sync_folder(folder: Path) -> None:
    """Let the name of a new file outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def spools(folder: Path) -> list[Path]:
    """Every spool in `folder`, the oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


@contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Whether a spool is nobody's, and so ours within the block; one that is gone is not."""
    try:
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield path.exists()  # who held it before may have brought it home
    except FileNotFoundError:
        yield False
