"""Labels that were posted: what became of events, to be held against what was predicted of them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from penstock.serving.log.errors import LabelsUnwritten
from penstock.serving.log.opening import database


class Label(msgspec.Struct, frozen=True):
    """What became of one event.

    Attributes:
        id: of the event, as in Prediction.event_id.
        known_at: microseconds since 1970.
    """

    id: str
    label: float
    known_at: int


class Labels(Protocol):
    """The labels that were posted; those of one event may come again, and the last counts."""

    def write(self, project: str, labels: Sequence[Label]) -> int:
        """Put them on disk before it returns; how many there were.

        Raises:
            LabelsUnwritten, LogUnreachable: none of them is kept.
        """
        ...

    def read(self, project: str) -> Iterator[Label]:
        """All of a project, in the order in which they came."""
        ...


def open_labels(root: Path) -> Labels:
    """The labels of the workspace `root`, where its prediction log lies; raises NotALog."""
    url = database()
    if url is None:
        return LabelFiles(root / ".penstock" / "serving" / "labels")
    from penstock.serving.log.label_table import LabelTable

    return LabelTable(url)


class LabelFiles:
    """A line of JSON for each label, in a file for each project and day: `P/2026-11-20.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, project: str, labels: Sequence[Label]) -> int:
        path = self._folder / project / f"{datetime.now(UTC).date().isoformat()}.jsonl"
        lines = b"".join(msgspec.json.encode(one) + b"\n" for one in labels)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab+", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                _append(file.fileno(), lines)
        except OSError as error:
            raise LabelsUnwritten(str(path), error.strerror or str(error)) from None
        return len(labels)

    def read(self, project: str) -> Iterator[Label]:
        decoder = msgspec.json.Decoder(Label)
        for path in sorted((self._folder / project).glob("*.jsonl")):
            with path.open("rb") as file:
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # being written, or torn off by a kill: nobody was told it is kept
                    yield decoder.decode(line)


def _append(file: int, lines: bytes) -> None:
    """All lines or none, on disk; what a kill left half-written is cut off first."""
    end = os.fstat(file).st_size
    whole = _end_of_lines(file, end)
    os.ftruncate(file, whole)
    try:
        rest = memoryview(lines)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except OSError:
        os.ftruncate(file, whole)
        raise


def _end_of_lines(file: int, end: int, step: int = 4096) -> int:
    """Where the last whole line ends."""
    while end:
        start = max(0, end - step)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
