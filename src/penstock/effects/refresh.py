"""Look at a source and record which version of it the graph shall read from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from penstock.core.config import Params
from penstock.sources.errors import SourceChanged, fix_of_change
from penstock.sources.opening import open_source
from penstock.sources.record import Record, find_record, make_record, record_path, write_record


@dataclass(frozen=True)
class Receipt:
    """What a refresh did.

    Attributes:
        before: the record that stood there, None for none.
        record: the record that stands there now.
    """

    project: str
    path: Path
    before: Record | None
    record: Record

    @property
    def changed(self) -> bool:
        return self.before != self.record

    def __str__(self) -> str:
        if not self.changed:
            return f"{self.project}: unchanged ({_name(self.record)})"
        name = _name(self.record)
        was = f", was {_name(self.before)}" if self.before else ""
        if self.before and _name(self.before) == name:
            was = " (same data, other settings)"
        return (
            f"{self.project}: recorded {name}{was}\n"
            f"  next: penstock run   (and commit data/sources/{self.project}.json)"
        )


def refresh(root: Path, params: Params, project: str, as_of: date | None = None) -> Receipt:
    """Record the version of `project`'s source as it lies there now; twice is as good as once.

    Args:
        as_of: the last day that shall be known, for sources that can go back in time; None is
            all there is.

    Raises:
        SourceChanged: the source is pinned and holds other data than was recorded.
        NoAsOf: the source can't show a date, or needs one.
        PenstockError: it can't be reached or read.
    """
    source = open_source(root, project, params.project(project).source)
    before = find_record(root, project)
    record = make_record(project, source.settings, source.version(as_of))
    if before and source.settings.mode == "pinned":
        _expect_the_same(project, before, record)
    write_record(root, project, record)
    return Receipt(project, record_path(root, project), before, record)


def _expect_the_same(project: str, before: Record, now: Record) -> None:
    """A pin holds until its block in params.yaml, or the date asked for, says otherwise."""
    asked = ("kind", "settings_sha256", "as_of")
    if all(before.get(key) == now.get(key) for key in asked) and before != {
        **now,
        "mode": before.get("mode"),
    }:
        raise SourceChanged(
            project, now["locator"], _name(before), _name(now), fix_of_change(project, "pinned")
        )


def _name(record: Record) -> str:
    """The version in a few words."""
    sha256 = record.get("sha256")
    parts = [
        f"sha256 {sha256}" if sha256 else f"settings {record.get('settings_sha256')}",
        f"{record['rows']:,} rows" if "rows" in record else "",
        f"as of {record['as_of']}" if record.get("as_of") else "",
    ]
    return ", ".join(part for part in parts if part)
