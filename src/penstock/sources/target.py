"""The table of a project's schema that a source fills, and which column comes from which."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from penstock.core.contracts import Column, Schema
from penstock.core.errors import ParamsError, did_you_mean
from penstock.core.stage import log
from penstock.sources.errors import SourceError
from penstock.sources.settings import Tabular


@dataclass(frozen=True)
class Target:
    """What a source fills.

    Attributes:
        columns: of the table, as the schema has them.
        renames: column of the schema → column of the source, where they differ.
        key: where the source stands in params.yaml.
        epoch: unit of whole numbers that stand for moments; None where they stand for none.
    """

    project: str
    table: str
    columns: tuple[Column, ...]
    renames: Mapping[str, str]
    key: str
    epoch: str | None = None


@dataclass(frozen=True)
class Fit:
    """How the columns of one file or query fill a target.

    Attributes:
        project: whose source it is, for messages.
        filled: column of the source → column of the schema, in the schema's order.
        numbered: the id column that the source lacks: filled with the row's number, from 0.
        epoch: as of the target.
    """

    project: str
    filled: Mapping[str, Column]
    numbered: Column | None = None
    epoch: str | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        numbered = (self.numbered,) if self.numbered else ()
        return (*numbered, *self.filled.values())

    @cached_property
    def schema(self) -> pa.Schema:
        return raw_schema(self.columns)


def make_target(project: str, settings: Tabular, schema: Schema, key: str | None = None) -> Target:
    """The table that `settings` name, or the only one there is.

    Args:
        key: where `settings` stand in params.yaml; None for the project's source.

    Raises:
        ParamsError: no such table, none is named and there are several, or `columns` names a
            column that the table has not, or one of the source for two.
    """
    key = key or f"projects.{project}.source"
    offered = [name for name in schema.tables if name not in schema.audit]
    name = settings.table or (offered[0] if len(offered) == 1 else None)
    if name is None:
        raise ParamsError([f"{key}.table: missing; expected one of {', '.join(offered)}"])
    if name not in schema.tables:
        raise ParamsError([f"{key}.table: found {name!r}; {did_you_mean(name, offered)}"])
    columns = schema.tables[name]
    known = [column.name for column in columns]
    problems = [
        f"{key}.columns.{column}: no such column in table {name!r}; {did_you_mean(column, known)}"
        for column in settings.columns
        if column not in known
    ]
    problems += _doubles(key, known, settings.columns)
    if problems:
        raise ParamsError(problems)
    return Target(project, name, columns, settings.columns, key, settings.epoch)


def _doubles(key: str, known: Sequence[str], renames: Mapping[str, str]) -> list[str]:
    """One line per column of the source that would fill two of the schema, and so lose one."""
    filled: dict[str, list[str]] = {}
    for column in known:
        filled.setdefault(renames.get(column, column), []).append(column)
    return [
        f"{key}.columns: {' and '.join(columns)} are both filled from {source!r}; "
        "expected a column of the source for each"
        for source, columns in filled.items()
        if len(columns) > 1
    ]


def make_fit(target: Target, present: Sequence[str], where: str, or_else: str = "") -> Fit:
    """Match the columns `present` in a source with those of `target`, and log what is left over.

    A column that is missing is left to the gate, which knows whether the project can do without.

    Args:
        or_else: what besides the names of the columns may be wrong in params.yaml if none fits.

    Raises:
        SourceError: a column named in params.yaml is not there, one is there twice, or none fits.
    """
    _check_renames(target, present, where)
    wanted = {target.renames.get(column.name, column.name): column for column in target.columns}
    filled = {name: column for name, column in wanted.items() if name in present}
    if not filled:
        raise SourceError(
            where,
            f"none of the columns of table {target.table!r} is there\n"
            f"  expected: {', '.join(wanted)}\n  found:    {', '.join(present)}",
            f"set {target.key}.columns (column of the schema: column of the source){or_else} "
            "in params.yaml",
        )
    for name in filled:
        if list(present).count(name) > 1:
            fix = "rename one of them in the source"
            raise SourceError(where, f"column {name!r} is there {present.count(name)} times", fix)
    ids = [column for name, column in wanted.items() if name not in present]
    numbered = next((c for c in ids if c.role == "id" and c.type == "int64"), None)
    dropped = [name for name in present if name not in filled]
    if numbered:
        log.info("  %s: %s is filled with row numbers", where, numbered.name)
    if dropped:
        log.info("  %s: not in the schema, dropped: %s", where, ", ".join(dropped))
    for name, column in wanted.items():
        if name not in present and column is not numbered:
            log.info("  %s: no column %r; %s", where, name, did_you_mean(name, dropped))
    return Fit(target.project, filled, numbered, target.epoch)


def _check_renames(target: Target, present: Collection[str], where: str) -> None:
    for column, name in target.renames.items():
        if name not in present:
            raise SourceError(
                where,
                f"no column {name!r}, from which params.yaml fills {column!r}; "
                f"{did_you_mean(name, present)}",
                f"correct {target.key}.columns.{column} in params.yaml, "
                f"then: penstock refresh {target.project}",
            )


def raw_schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of a raw table, with what pandas needs to read nullable integers back.

    Every field may hold nulls: whether a column may is for the gate to say, row by row.
    """
    fields = [pa.field(column.name, pa.type_for_alias(column.type)) for column in columns]
    plain = pa.schema(fields)
    frame = plain.empty_table().to_pandas()
    for column, field in zip(columns, plain, strict=True):
        if column.nullable and pa.types.is_integer(field.type):
            name = str(field.type)
            frame[column.name] = frame[column.name].astype(name.replace("i", "I").replace("u", "U"))
    metadata = pa.Schema.from_pandas(frame, preserve_index=False).metadata
    return plain.with_metadata(metadata)
