"""What a store asks of where it lies: few verbs, each whole or not at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Place(Protocol):
    """A folder or a bucket; names are paths below it, with slashes."""

    @property
    def url(self) -> str:
        """Where it is, without the user and password that a URL may carry."""
        ...

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Replace a file; readers see the old content or the new one, never half of it."""
        ...

    def put(self, name: str, path: Path) -> None:
        """`write` of a file's content, however large."""
        ...

    def get(self, name: str, path: Path) -> None:
        """Copy a file, which must be there, to `path`."""
        ...

    def sha256(self, name: str) -> str | None:
        """Of a file's content; None where there is none."""
        ...

    def names(self, folder: str) -> list[str]:
        """Every file below `folder`, by its path below it, sorted; none where it is not there."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is as good as removed."""
        ...

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Wait until nobody else is in a block of that name."""
        ...
