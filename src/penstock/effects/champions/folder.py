"""A store in a local folder: temporary file, fsync, rename; locks by flock."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from penstock.core.files import atomic, sha256_of_file
from penstock.effects.champions.errors import StoreUnreachable


class Folder:
    """The place `path`, which need not be there before something is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def url(self) -> str:
        return str(self.path)

    def read(self, name: str) -> bytes | None:
        with self._answering():
            try:
                return (self.path / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, name: str, content: bytes) -> None:
        with self._answering(), atomic(self.path / name) as part:
            part.write_bytes(content)

    def put(self, name: str, path: Path) -> None:
        with self._answering(), atomic(self.path / name) as part:
            shutil.copyfile(path, part)

    def get(self, name: str, path: Path) -> None:
        with self._answering():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.path / name, path)

    def sha256(self, name: str) -> str | None:
        path = self.path / name
        with self._answering():
            return sha256_of_file(path) if path.is_file() else None

    def names(self, folder: str) -> list[str]:
        base = self.path / folder
        with self._answering():
            files = [path for path in base.rglob("*") if path.is_file()]
        return sorted(path.relative_to(base).as_posix() for path in files)

    def delete(self, name: str) -> None:
        with self._answering():
            (self.path / name).unlink(missing_ok=True)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        with self._answering():
            path = self.path / ".locks" / f"{name}.lock"
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("w")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A full disk or a folder of somebody else's is for the user to mend."""
        try:
            yield
        except OSError as error:
            raise StoreUnreachable(self.url, str(error)) from None
