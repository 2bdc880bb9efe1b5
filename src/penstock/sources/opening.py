"""From a source block of params.yaml to the source that it describes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.core.contracts import Schema
from penstock.core.workspace import load_part
from penstock.sources.settings import (
    FilesSource,
    GeneratorSource,
    IdxSource,
    MirrorsSource,
    SqlSource,
    TablesSource,
    parse_source,
    parse_tables,
)
from penstock.sources.source import Source
from penstock.sources.target import make_target


def open_source(root: Path, project: str, block: Mapping[str, Any]) -> Source:
    """The source that `block`, projects.P.source of params.yaml, describes; nothing is read yet.

    Raises:
        ParamsError: the block is wrong, or at odds with the project's schema.
    """
    settings = parse_source(block, f"projects.{project}.source")
    schema: Schema = load_part("project", project, "schema").SCHEMA
    # Each kind is imported when it is asked for: SQLAlchemy is of no use to a file.
    if isinstance(settings, GeneratorSource):
        from penstock.sources.generator import Generated

        return Generated(project, settings, schema)
    if isinstance(settings, IdxSource):
        from penstock.sources.idx import Labelled

        return Labelled(root, project, settings)
    key = f"projects.{project}.source"
    if isinstance(settings, TablesSource):
        from penstock.sources.joined import Joined

        parts = {
            name: _of_a_table(root, project, one, schema, f"{key}.tables.{name}")
            for name, one in parse_tables(settings, key).items()
        }
        return Joined(settings, parts)
    return _of_a_table(root, project, settings, schema, key)


def _of_a_table(
    root: Path,
    project: str,
    settings: MirrorsSource | FilesSource | SqlSource,
    schema: Schema,
    key: str,
) -> Source:
    target = make_target(project, settings, schema, key)
    if isinstance(settings, MirrorsSource):
        from penstock.sources.mirrors import Mirrored

        return Mirrored(root, settings, target)
    if isinstance(settings, FilesSource):
        from penstock.sources.files import Files

        return Files(root, settings, target)
    from penstock.sources.sql import Queried

    return Queried(settings, target)
