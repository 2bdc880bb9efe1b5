"""What tests of sources start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from penstock.core.config import Params
from penstock.core.settings import parse
from penstock.projects.fraud.schema import SCHEMA
from penstock.sources.settings import CsvOptions
from penstock.sources.target import Target, make_target

HEADER = "transaction_id,time,customer,terminal,amount,label"
ROWS = (
    "1,2024-05-01 08:00:00,7,3,12.50,0",
    "2,2024-05-01T08:00:01,8,3,99.99,1",
    "3,2024-05-02 00:00:00,7,4,0.10,",
)


def write_csv(path: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in (header, *rows)).encode(encoding))
    return path


def options(**settings: Any) -> CsvOptions:
    return parse(CsvOptions, settings, "projects.fraud.source")


def target(**renames: str) -> Target:
    """The transactions of the project fraud."""
    from penstock.sources.settings import FilesSource

    block = {"kind": "files", "path": "x.csv", "columns": renames}
    return make_target("fraud", parse(FilesSource, block, "projects.fraud.source"), SCHEMA)


def params(**sources: dict[str, Any]) -> Params:
    """A params.yaml with nothing but the source blocks of some projects."""
    projects = {
        name: {"task": "classification", "candidates": ["tree"], "source": block, "protocol": {}}
        for name, block in sources.items()
    }
    return parse(Params, {"seed": 1, "threads": 1, "projects": projects, "candidates": {}}, "")
