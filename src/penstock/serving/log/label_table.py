"""Posted labels in PostgreSQL, beside the predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from penstock.serving.log.database import Database
from penstock.serving.log.labels import Label

MAKE = """
create table if not exists penstock_labels (
  number bigint generated always as identity primary key, project text not null, id text not null,
  label double precision not null, known_at bigint not null);
create index if not exists penstock_labels_project on penstock_labels (project, number);
comment on column penstock_labels.known_at is 'microseconds since 1970';
"""


class LabelTable:
    """The table penstock_labels of the database at `url`; raises NotALog."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, MAKE)

    def write(self, project: str, labels: Sequence[Label]) -> int:
        rows = [(project, one.id.replace("\0", "\\0"), one.label, one.known_at) for one in labels]
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "insert into penstock_labels (project, id, label, known_at) "
                "values (%s, %s, %s, %s)",
                rows,
            )
        return len(rows)

    def read(self, project: str) -> Iterator[Label]:
        with self._database.connection() as connection, connection.cursor("labels") as cursor:
            cursor.execute(
                "select id, label, known_at from penstock_labels where project = %s "
                "order by number",
                [project],
            )
            for row in cursor:
                yield Label(*row)
