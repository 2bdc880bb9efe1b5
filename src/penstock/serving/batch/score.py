"""Score a file by the champion: a part at a time, so that a run that was killed goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import pyarrow as pa

from penstock.core.config import Params
from penstock.core.files import sha256_of_file, sha256_of_json
from penstock.effects.champions import Store
from penstock.effects.champions.errors import NoChampion
from penstock.serving.batch.errors import OutputUnfit, RowRefused
from penstock.serving.batch.making import vectors_of
from penstock.serving.batch.parts import Parts
from penstock.serving.batch.reading import RowsFile, open_rows
from penstock.serving.batch.vectors import Vectors
from penstock.serving.contracts import Array, Origin
from penstock.serving.models.errors import RowUnfit
from penstock.serving.served import ServedModel, open_served

ROWS = 65_536  # of a part
Tell = Callable[[str, int, int], None]
REASON = pa.struct(
    {"group": pa.string(), "says": pa.string(), "contribution": pa.float64()}.items()
)


class Receipt(TypedDict):
    """What `penstock score` did.

    Attributes:
        resumed: rows that an earlier run had scored.
    """

    project: str
    candidate: str
    key: str
    input: str
    output: str
    rows: int
    resumed: int
    says: str


@dataclass(frozen=True)
class Wish:
    """What is to be scored.

    Attributes:
        features: whether the file holds the champion's inputs, not rows as they come.
        reasons: whether each row gets its reasons.
        rows: of a part; the scores don't depend on it.
    """

    source: Path
    output: Path
    features: bool = False
    reasons: bool = False
    rows: int = ROWS


def score_file(root: Path, params: Params, project: str, wish: Wish, tell: Tell) -> Receipt:
    """Write the scores of all rows of `wish.source` to `wish.output`.

    Columns: the id where the file has it, `score`, `model` (the champion's key) and, where asked
    for, `reasons`, `rest` and `base` as `penstock explain --json` has them. The metadata of the
    file says where the model comes from. Called again after a kill it goes on where it was.

    Args:
        tell: takes what is done, how many rows and of how many; 0 where nobody knows.

    Raises:
        UnknownName: no such project.
        NoChampion: nobody has been promoted.
        NotKept, BadFile, ModelFileError, NotServable: the champion is not as it was kept.
        NotReadable, ColumnLacking, ColumnMistyped, RowRefused, OutOfOrder: the file is not fit.
        NoReasons: the champion can't tell what its scores are made of.
        OutputUnfit: the output is no .parquet, or the input.
    """
    params.project(project)
    _check(wish)
    store = Store.open(root)
    pointer = store.pointer(project)
    if pointer is None:
        raise NoChampion(project)
    served = open_served(store, project, pointer.key)
    rows = open_rows(wish.source)
    vectors = vectors_of(params, project, rows, served.inputs, features=wish.features)
    facts = _facts(served.origin, wish)
    key = sha256_of_json({**facts, "rows": wish.rows, "settings": _settings(params, project)})
    parts = Parts(root / ".penstock" / "scores" / key[:16])
    done, resumed = _score(served, rows, vectors, parts, wish, tell)
    count = -(-done // wish.rows)
    parts.join(wish.output, count, _part(served, vectors, _no_rows(vectors), None, wish), facts)
    went_on = f", {resumed:,} of them by an earlier run" if resumed else ""
    return Receipt(
        project=project,
        candidate=served.origin.candidate,
        key=pointer.key,
        input=str(wish.source),
        output=str(wish.output),
        rows=done,
        resumed=resumed,
        says=f"{done:,} rows scored by {served.origin.candidate} {pointer.key[:12]}{went_on}: "
        f"{wish.output}",
    )


def _score(
    served: ServedModel, rows: RowsFile, vectors: Vectors, parts: Parts, wish: Wish, tell: Tell
) -> tuple[int, int]:
    """Score what is not scored yet; rows in all, and those that were."""
    remembers = vectors.remembers
    known = parts.done(remembers=remembers)
    if known and remembers:
        vectors.restore(parts.states())
    done = resumed = 0
    for number, chunk in enumerate(rows.chunks(vectors.types, wish.rows)):
        if number < known:
            vectors.skip(chunk)
            resumed += chunk.num_rows
        else:
            matrix = vectors.of(chunk, done)
            try:
                part = _part(served, vectors, chunk, matrix, wish)
            except RowUnfit as error:
                raise RowRefused(rows.path, done + error.row + 1, str(error)) from None
            parts.write(number, part, vectors.to_table())
        done += chunk.num_rows
        tell(f"score {rows.path.name}", done, rows.total)
    return done, resumed


def _part(
    served: ServedModel, vectors: Vectors, chunk: pa.Table, matrix: Array | None, wish: Wish
) -> pa.Table:
    """The answer on a chunk; of no rows where there is no matrix."""
    scores = np.empty(0) if matrix is None else served.score(matrix)[0]
    columns: dict[str, Any] = {} if vectors.id is None else {vectors.id: chunk.column(vectors.id)}
    columns["score"] = pa.array(scores, pa.float64())
    columns["model"] = pa.array([served.origin.key] * len(scores), pa.string())
    if wish.reasons:
        told = [] if matrix is None else served.reasons(matrix)
        columns["reasons"] = pa.array([one["reasons"] for one in told], pa.list_(REASON))
        for name in ("rest", "base"):
            columns[name] = pa.array([one[name] for one in told], pa.float64())
    return pa.table(columns)


def _no_rows(vectors: Vectors) -> pa.Table:
    return pa.schema(list(vectors.types.items())).empty_table()


def _facts(origin: Origin, wish: Wish) -> dict[str, str]:
    """Metadata of the scores: by what and of what they were made."""
    return {
        "penstock.project": origin.project,
        "penstock.candidate": origin.candidate,
        "penstock.model.key": origin.key,
        "penstock.model.sha256": origin.model_sha256,
        "penstock.lock_revision": origin.lock_revision or "",
        "penstock.raw.sha256": origin.raw_sha256,
        "penstock.source": origin.source,
        "penstock.input.sha256": sha256_of_file(wish.source),
        "penstock.input.features": str(wish.features).lower(),
        "penstock.reasons": str(wish.reasons).lower(),
    }


def _settings(params: Params, project: str) -> Mapping[str, Any]:
    return dict(params.project(project).features)


def _check(wish: Wish) -> None:
    if wish.output.suffix != ".parquet":
        problem = f"found the suffix {wish.output.suffix!r}, expected .parquet"
        raise OutputUnfit(wish.output, problem)
    if wish.output.resolve() == wish.source.resolve():
        raise OutputUnfit(wish.output, "it is the file to score")
