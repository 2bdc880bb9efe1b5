"""One file that lies in several places, known by its sha256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from penstock.sources.downloads import locator, obtain
from penstock.sources.errors import refuse_as_of
from penstock.sources.record import Record
from penstock.sources.settings import MirrorsSource
from penstock.sources.source import Tables
from penstock.sources.tabular import batches_of
from penstock.sources.target import Target


@dataclass(frozen=True)
class Mirrored:
    """A download, kept in .penstock/downloads."""

    root: Path
    settings: MirrorsSource
    target: Target

    def version(self, as_of: date | None) -> Record:
        """The pinned hash; or, of a live source, that of the file as it is now.

        Which mirror gave it is not said: that depends on where one asks from.
        """
        project = self.target.project
        refuse_as_of(project, as_of)
        sha256 = self.settings.sha256
        if sha256 is None:
            sha256 = obtain(self.root, project, self.settings, None).parent.name
        return {"locator": locator(self.settings.mirrors[0]), "sha256": sha256, "as_of": None}

    def parts(self, record: Record) -> Tables:
        """One table."""
        path = obtain(self.root, self.target.project, self.settings, record["sha256"])
        yield self.target.table, batches_of([path], self.settings, self.target)
