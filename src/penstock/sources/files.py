"""The user's own files: one CSV or Parquet file, or a folder of such."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from penstock.core.files import sha256_of_json
from penstock.sources.errors import SourceChanged, SourceError, fix_of_change, refuse_as_of
from penstock.sources.progress import progress
from penstock.sources.record import Record
from penstock.sources.settings import FilesSource
from penstock.sources.source import Tables
from penstock.sources.tabular import SUFFIXES, batches_of
from penstock.sources.target import Target

CHUNK = 1 << 20


@dataclass(frozen=True)
class Files:
    """`path` of the settings; relative to the checkout."""

    root: Path
    settings: FilesSource
    target: Target

    @property
    def path(self) -> Path:
        path = Path(self.settings.path)
        try:
            return self.root / path.expanduser()
        except RuntimeError:  # ~name, and nobody is called so
            return self.root / path

    def version(self, as_of: date | None) -> Record:
        """Hash of the file, or of every file of the folder.

        Raises:
            SourceError: there is none, or one can't be read.
        """
        refuse_as_of(self.target.project, as_of)
        try:
            hashes = self._hashes(self._paths())
        except OSError as error:
            where = str(error.filename or self.path)
            fix = f"make it readable or take it away, then: penstock refresh {self.target.project}"
            raise SourceError(where, f"can't be read: {error.strerror}", fix) from None
        named = {"locator": self.settings.path, "as_of": None}
        if self.path.is_file():
            return {**named, "sha256": hashes[self.path.name]}
        return {**named, "sha256": sha256_of_json(hashes), "files": hashes}

    def parts(self, record: Record) -> Tables:
        """One table, of all files in the order of their names."""
        self._expect(record, self.version(None))
        yield self.target.table, batches_of(self._paths(), self.settings, self.target)

    def _hashes(self, paths: Sequence[Path]) -> dict[str, str]:
        total = sum(path.stat().st_size for path in paths)
        done = 0
        hashes = {}
        with progress("bytes") as tell:
            for path in paths:
                digest = hashlib.sha256()
                with path.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        digest.update(chunk)
                        done += len(chunk)
                        tell(f"hash {self.settings.path}", done, total)
                hashes[self._name(path)] = digest.hexdigest()
        return hashes

    def _paths(self) -> list[Path]:
        """The data files, sorted; hidden ones and markers such as _SUCCESS are none."""
        where = self.settings.path
        fix = f"put the data there, or correct {self.target.key}.path in params.yaml"
        if self.path.is_file():
            return [self.path]
        if not self.path.is_dir():
            raise SourceError(where, f"no such file or folder ({self.path})", fix)
        inside = [path for path in self._walk() if path.name[0] not in "._"]
        if self.settings.format is None:
            inside = [p for p in inside if SUFFIXES.keys() & {s.lower() for s in p.suffixes}]
        if not inside:
            raise SourceError(where, f"the folder holds no {' or '.join(SUFFIXES)} file", fix)
        return sorted(inside, key=self._name)

    def _walk(self) -> Iterator[Path]:
        """Every file below; what can't be looked into is an error, else its rows were lost."""

        def refuse(error: OSError) -> None:
            raise error

        for folder, _, names in os.walk(self.path, onerror=refuse):
            paths = [Path(folder) / name for name in names]
            yield from (path for path in paths if path.is_file() or path.is_symlink())

    def _name(self, path: Path) -> str:
        return path.name if path == self.path else path.relative_to(self.path).as_posix()

    def _expect(self, record: Record, found: Record) -> None:
        if record.get("sha256") == found["sha256"]:
            return
        before, now = record.get("files", {}), found.get("files", {})
        changed = [name for name in sorted(before | now) if before.get(name) != now.get(name)]
        which = f" ({', '.join(changed[:5])}{' …' if len(changed) > 5 else ''})" if changed else ""
        project = self.target.project
        raise SourceChanged(
            project,
            f"{self.settings.path}{which}",
            f"sha256 {record.get('sha256')}",
            f"sha256 {found['sha256']}",
            fix_of_change(project, self.settings.mode),
        )
