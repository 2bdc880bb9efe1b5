"""Labelled images in IDX files, the format that MNIST came in.

LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits, 1998, "File formats": two zero
bytes, a type, the number of dimensions, each dimension as a big-endian int32, then the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from penstock.core.contracts import Array
from penstock.core.files import sha256_of_json
from penstock.sources.downloads import locator, obtain
from penstock.sources.errors import SourceError, refuse_as_of
from penstock.sources.record import Record
from penstock.sources.settings import IdxFile, IdxSet, IdxSource
from penstock.sources.source import Parts

TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True)
class Labelled:
    """The set that `take` names, its files kept in .penstock/downloads."""

    root: Path
    project: str
    settings: IdxSource

    @property
    def chosen(self) -> IdxSet:
        return self.settings.sets[self.settings.take]

    def version(self, as_of: date | None) -> Record:
        """A hash over the hashes of the files, which params.yaml pins."""
        refuse_as_of(self.project, as_of)
        files = [*self.chosen.images, *self.chosen.labels]
        return {
            "locator": f"{self.settings.take}: {locator(self.chosen.mirrors[0])}",
            "sha256": sha256_of_json({str(n): one.sha256 for n, one in enumerate(files)}),
            "as_of": None,
        }

    def parts(self, record: Record) -> Parts:
        """Tensors image, label, number (from 0) and part (which file), and the table `classes`.

        Raises:
            AllMirrorsFailed: a file can't be had.
            SourceError: one is no IDX file, or images and labels don't go together.
        """
        images, labels = (self._read(one) for one in (self.chosen.images, self.chosen.labels))
        lengths = [len(one) for one in images]
        if lengths != [len(one) for one in labels] or len({one.shape[1:] for one in images}) > 1:
            found = [[list(one.shape) for one in each] for each in (images, labels)]
            raise self._error(
                f"expected images of one shape and a label for each, found images {found[0]} "
                f"and labels {found[1]}"
            )
        names = self.chosen.classes
        table = pa.table({"label": pa.array(range(len(names)), pa.int64()), "name": [*names]})
        yield "classes", iter(table.to_batches())
        yield "image", np.concatenate(images)
        yield "label", np.concatenate(labels)
        yield "number", np.arange(sum(lengths))
        yield "part", np.repeat(np.arange(len(lengths), dtype=np.uint8), lengths)

    def _read(self, files: Sequence[IdxFile]) -> list[Array]:
        places = [self.chosen.located(one) for one in files]
        paths = [obtain(self.root, self.project, one, one.sha256) for one in places]
        try:
            return [read_idx(path) for path in paths]
        except ValueError as error:
            raise self._error(str(error)) from None

    def _error(self, problem: str) -> SourceError:
        key = f"projects.{self.project}.source.sets.{self.settings.take}"
        return SourceError(f"of project {self.project!r}", problem, f"correct {key} in params.yaml")


def read_idx(path: Path) -> Array:
    """The array of an IDX file, in this machine's byte order.

    Raises:
        ValueError: it is none, or it is longer or shorter than its head says.
    """
    raw = path.read_bytes()
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in TYPES:
        raise ValueError(
            f"{path.name}: expected an IDX file, found one that begins {raw[:4].hex()}"
        )
    head = 4 + 4 * raw[3]
    if len(raw) < head:
        raise ValueError(f"{path.name}: expected a head of {head} bytes, found {len(raw)} in all")
    shape = np.frombuffer(raw, ">i4", raw[3], 4).tolist()
    kind = np.dtype(TYPES[raw[2]])
    expected = head + kind.itemsize * int(np.prod(shape))
    if len(raw) != expected:
        raise ValueError(f"{path.name}: its head says {expected:,} bytes, found {len(raw):,}")
    values = np.frombuffer(raw, kind, offset=head).reshape(shape)
    return values.astype(kind.newbyteorder("="))
