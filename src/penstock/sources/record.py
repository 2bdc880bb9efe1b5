"""data/sources/P.json: which version of a source the graph reads; only a refresh writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from penstock.core.files import read_json, sha256_of_json, write_json
from penstock.sources.errors import SourceUnrecorded
from penstock.sources.settings import SourceSettings

Record = dict[str, Any]


def record_path(root: Path, project: str) -> Path:
    return root / "data" / "sources" / f"{project}.json"


def settings_sha256(settings: SourceSettings) -> str:
    """Hash of a source block without its mode, which does not change what is read."""
    return sha256_of_json(settings.model_dump(mode="json", exclude={"mode"}))


def make_record(project: str, settings: SourceSettings, version: Record) -> Record:
    """A record of `version`, as the source names it (locator, sha256, as_of …)."""
    return {
        "project": project,
        "kind": settings.kind,
        "mode": settings.mode,
        "settings_sha256": settings_sha256(settings),
        **version,
    }


def find_record(root: Path, project: str) -> Record | None:
    """The record of `project`, or None where there is none yet.

    Raises:
        SourceUnrecorded: the file is no JSON object.
    """
    path = record_path(root, project)
    if not path.is_file():
        return None
    try:
        record = read_json(path)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SourceUnrecorded(project, f"no JSON: {error}; git restore it, or") from None
    if not isinstance(record, dict):
        raise SourceUnrecorded(project, f"expected a JSON object, found {record!r}")
    return record


def read_record(root: Path, project: str, settings: SourceSettings) -> Record:
    """The record that `settings` is to be read by.

    Raises:
        SourceUnrecorded: there is none, or params.yaml says another source by now.
    """
    record = find_record(root, project)
    if record is None:
        raise SourceUnrecorded(project, "no such file: nobody has said yet which data to read")
    expected = make_record(project, settings, {})
    for key, value in expected.items():
        if record.get(key) != value:
            raise SourceUnrecorded(
                project,
                f"it disagrees with projects.{project}.source of params.yaml: "
                f"{key} is {record.get(key)!r}, params.yaml says {value!r}",
            )
    return record


def write_record(root: Path, project: str, record: Record) -> bool:
    """Write `record` where it says something new; whether it did."""
    if find_record(root, project) == record:
        return False
    write_json(record_path(root, project), record)
    return True
