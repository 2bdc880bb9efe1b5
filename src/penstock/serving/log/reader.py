"""The prediction log for those who do not write it: spools of living servers, and the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from penstock.serving.contracts import Prediction
from penstock.serving.log.errors import UnknownPrediction
from penstock.serving.log.ids import day_at, day_of, is_id
from penstock.serving.log.recent import find_on_spools, on_spools
from penstock.serving.log.rows import SCHEMA, to_table
from penstock.serving.log.shelf import Shelf


class Reader:
    """Reads the log whose spools lie in `spools`, and whose rows lie on `shelf`."""

    def __init__(self, spools: Path, shelf: Shelf) -> None:
        self._spools, self._shelf = spools, shelf

    @property
    def url(self) -> str:
        return self._shelf.url

    def find(self, prediction_id: str) -> Prediction | None:
        """The prediction of that id; the spools first, since rows move from there to the shelf."""
        if not is_id(prediction_id):
            return None
        return find_on_spools(self._spools, prediction_id) or self._shelf.find(prediction_id)

    def need(self, prediction_id: str) -> Prediction:
        """The prediction of that id.

        Raises:
            UnknownPrediction: there is none, or it can be no id.
        """
        found = self.find(prediction_id)
        if found is not None:
            return found
        problem = "an id looks like 019aa0f1-6c2b-7d4e-8f00-52d5a1c0ffee"
        if is_id(prediction_id):
            problem = f"nothing of that id was logged on {day_of(prediction_id)}"
        raise UnknownPrediction(prediction_id, self.url, problem)

    def tables(
        self,
        project: str,
        since: date | None = None,
        until: date | None = None,
        columns: Sequence[str] = tuple(SCHEMA.names),
    ) -> Iterator[pa.Table]:
        """Every row of a project once, by days, both included.

        Raises:
            BadLog: a file is not as it was written.
            LogUnreachable: the database does not answer.
        """
        names = list(dict.fromkeys(["id", *columns]))
        fresh = [
            to_table([one for one in part if _within(one, project, since, until)]).select(names)
            for part in on_spools(self._spools)
        ]
        seen = pa.concat_tables(fresh)["id"].combine_chunks() if fresh else pa.array([], "string")
        for table in self._shelf.tables(project, since, until, names):
            moved = pc.is_in(table["id"], value_set=seen)  # while we read
            yield table.filter(pc.invert(moved)).select(list(columns))
        for table in fresh:
            yield table.select(list(columns))


def _within(one: Prediction, project: str, since: date | None, until: date | None) -> bool:
    day = day_at(one.at)
    return (
        one.project == project
        and (since is None or day >= since)
        and (until is None or day <= until)
    )
