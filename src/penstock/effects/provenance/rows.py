"""The rows of reports/P/predictions.parquet that speak of one row of the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from penstock.core.errors import DatasetError, PenstockError

PER_SCORE = ("candidate", "split", "fold", "score")


class UnknownRow(PenstockError):
    """No prediction was made of a row of that id."""

    def __init__(self, path: str, row: str, expected: str) -> None:
        super().__init__(
            f"{path}: no row_id {row!r}; {expected}\n"
            "  fix: give the id of a row that a split judged; rows that were only trained on "
            "have no prediction"
        )


def rows_of(
    root: Path, project: str, row: str
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What is known of the row itself, and {candidate: [what it observed, by split and fold]}.

    A column that says the same in every line is the row's own.

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
        kind = pq.read_schema(root / path).field("row_id").type
        table = pq.read_table(root / path, filters=pc.field("row_id") == _cast(row, kind))
    except (pa.ArrowInvalid, KeyError) as error:
        raise DatasetError(path, f"not what evaluate writes: {error}", fix) from None
    except ValueError:
        raise UnknownRow(path, row, f"expected a number ({kind})") from None
    if not table.num_rows:
        raise UnknownRow(path, row, _range(root / path))
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
    return {name: _plain(lines[0][name]) for name in own}, scored


def _cast(row: str, kind: Any) -> Any:
    import pyarrow as pa

    return int(row) if pa.types.is_integer(kind) else row


def _range(path: Path) -> str:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids = pq.read_table(path, columns=["row_id"])["row_id"]
    ends = pc.min_max(ids).as_py()
    return f"it holds {len(pc.unique(ids)):,} rows, ids {ends['min']!r} to {ends['max']!r}"


def _plain(value: Any) -> Any:
    """Moments as text; the rest is plain JSON already."""
    return value.isoformat() if hasattr(value, "isoformat") else value
