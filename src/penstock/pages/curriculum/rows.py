"""The rows that can be covered: docs/curriculum.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penstock.core.documents import read_yaml
from penstock.core.errors import DocumentError

ROWS = "docs/curriculum.yaml"
ROW = re.compile(r"[A-Z]\d\d")


@dataclass(frozen=True)
class Row:
    """One thing to build."""

    id: str
    group: str
    title: str


def read_rows(root: Path) -> list[Row]:
    """The rows in the order of the file.

    Raises:
        DocumentError: it is missing, no YAML, or not {group: {row: title}} with each row once.
    """
    value = read_yaml(root / ROWS)
    if not isinstance(value, Mapping) or not all(
        isinstance(one, Mapping) for one in value.values()
    ):
        raise DocumentError(ROWS, "expected {group: {row: title}}")
    rows = [
        Row(str(id_), str(group), str(title))
        for group in value
        for id_, title in value[group].items()
    ]
    seen: set[str] = set()
    for row in rows:
        if not ROW.fullmatch(row.id):
            raise DocumentError(ROWS, f"{row.id!r}: expected a letter and two digits")
        if row.id in seen:
            raise DocumentError(ROWS, f"{row.id!r} stands in two groups; keep one")
        seen.add(row.id)
    return rows
