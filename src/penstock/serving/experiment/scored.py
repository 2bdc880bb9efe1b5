"""What the log says of the two models that are compared now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from penstock.core.contracts import Array
from penstock.serving.experiment.errors import NothingToCompare
from penstock.serving.log.reader import Reader

COLUMNS = ("at", "arm", "candidate", "key", "event_id", "entity", "score")
BESIDE = ("challenger", "shadow")


@dataclass(frozen=True)
class Model:
    """One of the two."""

    candidate: str
    key: str


@dataclass(frozen=True)
class Scored:
    """The events that count, in the order in which they came.

    Attributes:
        mode: `ab`, each event scored by one; `shadow`, each by both.
        scores: shape (events,); in `shadow` the champion's.
        beside: in `shadow` the challenger's; None in `ab`.
        challenger: whether the challenger answered the event; all False in `shadow`.
        entity: codes from 0 on.
        moved: entities that both answered, since shares or experiment changed; left out.
    """

    mode: Literal["ab", "shadow"]
    champion_model: Model
    challenger_model: Model
    first: datetime
    last: datetime
    event_id: pa.Array
    entity: Array
    challenger: Array
    scores: Array
    beside: Array | None
    moved: int


def scored(reader: Reader, project: str, since: date | None) -> Scored:
    """The last pair of models that answered at one time, since both did.

    Raises:
        NothingToCompare: only one model answered, or none.
        PenstockError: the log can't be read.
    """
    tables = list(reader.tables(project, since, columns=COLUMNS))
    rows = pa.concat_tables(tables).combine_chunks() if tables else None
    if rows is None or not rows.num_rows:
        raise NothingToCompare(project, reader.url, "nothing was answered")
    rows = rows.take(pc.sort_indices(rows, [("at", "ascending"), ("event_id", "ascending")]))
    champion = rows.filter(pc.equal(rows["arm"], "champion"))
    beside = rows.filter(pc.is_in(rows["arm"], value_set=pa.array(BESIDE)))
    if not champion.num_rows or not beside.num_rows:
        raise NothingToCompare(project, reader.url, "only one model answered")
    theirs, ours = _last(champion), _last(beside)
    arm = beside["arm"][-1].as_py()
    champion = champion.filter(pc.equal(champion["key"], theirs.key))
    own = pc.and_(pc.equal(beside["key"], ours.key), pc.equal(beside["arm"], arm))
    beside = beside.filter(own)
    if arm == "shadow":
        return _paired(project, reader.url, champion, beside, theirs, ours)
    start = max(table["at"][0].as_py() for table in (champion, beside))
    start = pa.scalar(start, rows["at"].type)
    champion, beside = (
        table.filter(pc.greater_equal(table["at"], start)) for table in (champion, beside)
    )
    if not champion.num_rows or not beside.num_rows:
        raise NothingToCompare(project, reader.url, "no two models answered at one time")
    return _dealt(champion, beside, theirs, ours)


def _dealt(champion: pa.Table, beside: pa.Table, theirs: Model, ours: Model) -> Scored:
    rows = pa.concat_tables([champion, beside]).combine_chunks()
    challenger = np.arange(rows.num_rows) >= champion.num_rows
    entity = _codes(rows["entity"])
    answered = [
        np.bincount(entity[of], minlength=entity.max() + 1) for of in (~challenger, challenger)
    ]
    both = (answered[0] > 0) & (answered[1] > 0)
    kept = ~both[entity]
    rows = rows.filter(pa.array(kept))
    return Scored(
        mode="ab",
        champion_model=theirs,
        challenger_model=ours,
        first=_moment(pc.min(rows["at"])),
        last=_moment(pc.max(rows["at"])),
        event_id=rows["event_id"].combine_chunks(),
        entity=_codes(rows["entity"]),
        challenger=challenger[kept],
        scores=rows["score"].to_numpy(),
        beside=None,
        moved=int(both.sum()),
    )


def _paired(
    project: str, where: str, champion: pa.Table, beside: pa.Table, theirs: Model, ours: Model
) -> Scored:
    ids = champion["event_id"].combine_chunks()
    found = pc.index_in(beside["event_id"].combine_chunks(), value_set=ids)
    known = pc.is_valid(found)
    if not pc.any(known).as_py():
        raise NothingToCompare(project, where, "no event was scored by both models")
    beside, champion = beside.filter(known), champion.take(found.filter(known))
    return Scored(
        mode="shadow",
        champion_model=theirs,
        challenger_model=ours,
        first=_moment(pc.min(champion["at"])),
        last=_moment(pc.max(champion["at"])),
        event_id=champion["event_id"].combine_chunks(),
        entity=_codes(champion["entity"]),
        challenger=np.zeros(champion.num_rows, bool),
        scores=champion["score"].to_numpy(),
        beside=beside["score"].to_numpy(),
        moved=0,
    )


def _last(rows: pa.Table) -> Model:
    return Model(rows["candidate"][-1].as_py(), rows["key"][-1].as_py())


def _codes(names: Any) -> Array:
    """Numbers for names; 0 where there are none at all."""
    codes: Array = names.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def _moment(at: Any) -> datetime:
    moment: datetime = at.as_py()
    return moment.astimezone(UTC)
