"""What can be wrong with a file to score."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from penstock.core.errors import PenstockError, did_you_mean


class NotReadable(PenstockError):
    """A file to score is missing, or neither Parquet nor CSV of the columns it should hold."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}\n  fix: give a whole .parquet or .csv file: --input FILE"
        )


class ColumnLacking(PenstockError):
    """A file to score has no such column."""

    def __init__(self, path: Path, column: str, known: Iterable[str], *, of_model: bool) -> None:
        what = "an input of the champion" if of_model else "what the features are made of"
        other = (
            "leave --features out, if these are rows as they come"
            if of_model
            else "add --features, if the file holds the inputs of the champion already"
        )
        super().__init__(
            f"{path}: no column {column!r}, {what}; {did_you_mean(column, known)}\n"
            f"  fix: rename it in the file; {other}"
        )


class ColumnMistyped(PenstockError):
    """A column of a file to score holds what its type does not."""

    def __init__(self, path: Path, column: str, expected: str, problem: str) -> None:
        super().__init__(
            f"{path}: column {column!r}: expected {expected}: {problem}\n"
            "  fix: mend the column in the file, then run the same again"
        )


class RowRefused(PenstockError):
    """A row of a file can't be scored; those before it are kept for the next run."""

    def __init__(self, path: Path, row: int, problem: str) -> None:
        said = problem.partition("\n")[0]
        super().__init__(
            f"{path}, row {row:,} (the first is 1): {said}\n"
            "  fix: mend that row or take it out, then run the same again"
        )


class OutOfOrder(PenstockError):
    """Rows whose features look back are not in order of time."""

    def __init__(self, path: Path, row: int, time: str) -> None:
        super().__init__(
            f"{path}, row {row:,} (the first is 1): its {time} is before that of the row above; "
            "features look back, so rows must be in order of time\n"
            f"  fix: sort the file by {time}"
        )


class OutputUnfit(PenstockError):
    """Scores can't be written to the place that was named."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}\n  fix: name another file: --output scores.parquet")
