"""What can go wrong on the way from a source to the raw data, each with what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from penstock.core.errors import PenstockError


class SourceError(PenstockError):
    """A source can't be read, or holds something that is no value of its column's type."""

    def __init__(self, where: str, problem: str, fix: str) -> None:
        super().__init__(f"source {where}: {problem}\n  fix: {fix}")


class BadCell(SourceError):
    """A value does not parse as the type that the project's schema gives its column.

    `row` counts from 1; in a CSV file the header is row 1. `beside` tells of the cells around it.
    """

    def __init__(
        self,
        where: str,
        row: int,
        column: str,
        found: object,
        expected: str,
        fix: str,
        beside: str = "",
    ) -> None:
        super().__init__(
            f"{where}, row {row}, column {column!r}",
            f"expected {expected}, found {found!r}{beside}",
            fix,
        )


class DownloadError(PenstockError):
    """One mirror did not give what it should; `str` of it is one line for a list of mirrors."""


class SourceUnreachable(SourceError):
    """A database did not answer, or not to the end."""

    passing = True


class AllMirrorsFailed(PenstockError):
    """No mirror of a source gave the file."""

    passing = True

    def __init__(
        self, project: str, tried: Sequence[tuple[str, str]], fixes: Sequence[str]
    ) -> None:
        lines = [f"project {project!r}: none of its {len(tried)} mirrors gave the file"]
        for number, (mirror, reason) in enumerate(tried, 1):
            lines.append(f"  {number}. {mirror}\n     {reason}")
        lines.append("  fix, one of:")
        lines += [f"    - {fix}" for fix in fixes]
        super().__init__("\n".join(lines))


class SourceUnrecorded(PenstockError):
    """data/sources/P.json is missing, or speaks of another source than params.yaml."""

    def __init__(self, project: str, problem: str) -> None:
        super().__init__(
            f"data/sources/{project}.json: {problem}\n"
            f"  fix: penstock refresh {project}   (then: dvc repro)"
        )


class SourceChanged(PenstockError):
    """What lies at the source is not what data/sources/P.json recorded."""

    def __init__(self, project: str, where: str, expected: str, found: str, fix: str) -> None:
        super().__init__(
            f"project {project!r}: {where} is not what data/sources/{project}.json recorded\n"
            f"  expected: {expected}\n  found:    {found}\n  fix: {fix}"
        )


class NoAsOf(PenstockError):
    """An as-of date was asked of a source that cannot go back in time, or lacks one it needs."""

    def __init__(self, project: str, problem: str, fix: str) -> None:
        super().__init__(f"project {project!r}: {problem}\n  fix: {fix}")


def fix_of_change(project: str, mode: str) -> str:
    """What to type when the data is not what was recorded."""
    if mode == "live":
        return f"penstock refresh {project}   (then: dvc repro)"
    return (
        "put the recorded data back; or, if the new data is meant, say `mode: live` under "
        f"projects.{project}.source of params.yaml, then: penstock refresh {project}"
    )


def refuse_as_of(project: str, as_of: date | None) -> None:
    """Raise NoAsOf for a source that has one state only."""
    if as_of is not None:
        raise NoAsOf(
            project,
            f"its source can't show what was known on {as_of}: it has one state only",
            f"penstock refresh {project}   (without --as-of)",
        )
