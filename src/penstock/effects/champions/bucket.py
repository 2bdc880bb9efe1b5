"""A store in an object store, by fsspec: a file is one PUT, and nothing is ever renamed."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from penstock.core.errors import PenstockError
from penstock.effects.champions.errors import NotAStore, StoreUnreachable
from penstock.effects.reach import public

INSTALL = {
    "s3": 'python -m pip install -c constraints.txt -e ".[s3]"',
    "gs": "python -m pip install gcsfs",
    "gcs": "python -m pip install gcsfs",
    "abfs": "python -m pip install adlfs",
    "az": "python -m pip install adlfs",
}


class Bucket:
    """The place at `url`.

    A bucket has no lock that would hold everywhere: `alone` keeps apart the processes that share
    the folder `locks`, and two machines that move one pointer within the same instant may not see
    each other. What either leaves is whole: the last PUT counts.
    """

    def __init__(self, url: str, locks: Path) -> None:
        from fsspec.core import url_to_fs

        scheme = url.partition("://")[0]
        try:
            found: tuple[Any, Any] = url_to_fs(url)
        except ImportError as error:
            fix = INSTALL.get(scheme, "install what it names")
            raise NotAStore(public(url), str(error), fix) from None
        except ValueError as error:
            fix = "export PENSTOCK_CHAMPIONS=s3://bucket/folder   (or a folder)"
            raise NotAStore(public(url), str(error), fix) from None
        except Exception as error:  # every file system has errors of its own
            raise StoreUnreachable(public(url), _say(error)) from None
        self._fs, self._base = found[0], str(found[1]).rstrip("/")
        self._is_bucket = scheme in INSTALL
        self._locks = locks
        self._url = public(url)

    @property
    def url(self) -> str:
        return self._url

    def read(self, name: str) -> bytes | None:
        with self._answering():
            try:
                content: bytes = self._fs.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        with self._answering():
            self._send(name, lambda target: self._fs.pipe_file(target, content))

    def put(self, name: str, path: Path) -> None:
        with self._answering():
            self._send(name, lambda target: self._fs.put_file(str(path), target))

    def get(self, name: str, path: Path) -> None:
        with self._answering():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fs.get_file(self._path(name), str(path))

    def sha256(self, name: str) -> str | None:
        with self._answering():
            try:
                with self._fs.open(self._path(name), "rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                return None

    def names(self, folder: str) -> list[str]:
        base = self._path(folder)
        with self._answering():
            try:
                found = [str(path) for path in self._fs.find(base)]
            except FileNotFoundError:  # no such bucket either
                return []
        below = (path.removeprefix(f"{base}/") for path in found if path.startswith(f"{base}/"))
        return sorted(below)

    def delete(self, name: str) -> None:
        with self._answering():
            try:
                self._fs.rm_file(self._path(name))
            except FileNotFoundError:
                return

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        path = self._locks / f"{name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _path(self, name: str) -> str:
        return f"{self._base}/{name}".rstrip("/")

    def _send(self, name: str, send: Callable[[str], object]) -> None:
        """Object stores know no folders; the file systems that do must be told."""
        target = self._path(name)
        try:
            send(target)
        except FileNotFoundError:
            if self._is_bucket:  # it would make one, of whatever name was mistyped
                raise StoreUnreachable(self._url, "no such bucket; make it first") from None
            self._fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            send(target)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Every file system has errors of its own: of a network, of a key, of a name."""
        try:
            self._fs.invalidate_cache()  # another process may have written since
            yield
        except PenstockError:
            raise
        except Exception as error:
            raise StoreUnreachable(self._url, _say(error)) from None


def _say(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
