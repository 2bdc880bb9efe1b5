"""The rows of reports/P/predictions.parquet that speak of one row of the data, or of one user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.core.errors import DatasetError, PenstockError

PER_SCORE = ("candidate", "split", "fold", "rank", "item", "score")
IDS = ("row_id", "user", "unit_id")  # the first that the evidence has is what people ask by


class UnknownRow(PenstockError):
    """No prediction was made of what has that id."""

    def __init__(self, path: str, column: str, row: str, expected: str) -> None:
        super().__init__(
            f"{path}: no {column} {row!r}; {expected}\n"
            f"  fix: give a {column} that a split judged; what was only trained on has no "
            "prediction"
        )


@dataclass(frozen=True)
class Found:
    """What the predictions hold of one id.

    Attributes:
        column: what it is an id of.
        about: columns that say the same in every line, and so of the row or user itself.
        scored: {candidate: what it observed, by split and fold}.
    """

    column: str
    about: dict[str, Any]
    scored: dict[str, list[dict[str, Any]]]


def rows_of(root: Path, project: str, row: str) -> Found:
    """The predictions with the id `row`: of a row, or of a user where rankings were observed.

    Raises:
        DatasetError: there is no such file, or it is no Parquet.
        UnknownRow: it holds no such row.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = f"reports/{project}/predictions.parquet"
    fix = f"dvc repro evaluate@{project}   (or: dvc pull)"
    if not (root / path).is_file():
        raise DatasetError(f"reports/{project}", "no predictions.parquet in it", fix)
    try:
        schema = pq.read_schema(root / path)
        column = next((name for name in IDS if name in schema.names), IDS[0])
        kind = schema.field(column).type
        table = pq.read_table(root / path, filters=pc.field(column) == _cast(row, kind))
    except (pa.ArrowInvalid, KeyError) as error:
        raise DatasetError(path, f"not what evaluate writes: {error}", fix) from None
    except ValueError:
        raise UnknownRow(path, column, row, f"expected a number ({kind})") from None
    if not table.num_rows:
        raise UnknownRow(path, column, row, _range(root / path, column))
    lines = table.to_pylist()
    own = [
        name
        for name in table.column_names
        if name not in PER_SCORE and len({str(line[name]) for line in lines}) == 1
    ]
    scored: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        seen = {k: _plain(v) for k, v in line.items() if k not in own and k != "candidate"}
        scored.setdefault(line["candidate"], []).append(seen)
    return Found(column, {name: _plain(lines[0][name]) for name in own}, scored)


def _cast(row: str, kind: Any) -> Any:
    import pyarrow as pa

    return int(row) if pa.types.is_integer(kind) else row


def _range(path: Path, column: str) -> str:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids = pq.read_table(path, columns=[column])[column]
    ends, what = pc.min_max(ids).as_py(), column.partition("_")[0]
    return f"it holds {len(pc.unique(ids)):,} {what}s, ids {ends['min']!r} to {ends['max']!r}"


def _plain(value: Any) -> Any:
    """Moments as text, what is not known as None; the rest is plain JSON already."""
    if value != value:  # noqa: PLR0124  # NaN, which JSON lacks
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
