"""`penstock up` runs once in a workspace; the others read where its servers are."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from penstock.core.errors import PenstockError
from penstock.core.files import read_json, write_json

FOLDER = Path(".penstock") / "up"


@dataclass(frozen=True)
class Addresses:
    """Of the servers of one `penstock up`; `pid` is its own."""

    pid: int
    prefect: str
    mlflow: str
    reports: str


class AlreadyUp(PenstockError):
    """A second `penstock up` in one workspace."""

    def __init__(self, found: Addresses | None) -> None:
        where, stop = " and is starting", ""
        if found:
            where = f": Prefect {found.prefect}, MLflow {found.mlflow}, reports {found.reports}"
            stop = f", or kill {found.pid}"
        super().__init__(
            f"penstock up runs in this workspace already{where}\n"
            f"  fix: use it, or stop it: Ctrl-C in its terminal{stop}"
        )


def read_running(root: Path) -> Addresses | None:
    """The servers of `penstock up`, while it runs."""
    try:
        with (root / FOLDER / "lock").open() as file:
            if _take(file):
                return None
        return Addresses(**read_json(root / FOLDER / "up.json"))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Be the one `penstock up` of the workspace; the kernel lets go when the process ends.

    Raises:
        AlreadyUp: another is.
    """
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        if not _take(file):
            raise AlreadyUp(read_running(root))
        try:
            yield
        finally:
            (folder / "up.json").unlink(missing_ok=True)


def announce(root: Path, prefect: str, mlflow: str, reports: str) -> Addresses:
    """Let others in this workspace know where the servers are."""
    addresses = Addresses(os.getpid(), prefect, mlflow, reports)
    write_json(root / FOLDER / "up.json", asdict(addresses))
    return addresses


def _take(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
