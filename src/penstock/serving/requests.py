"""What may be posted: types made from a project's schema, and what is wrong with what came."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from penstock.core.contracts import Column, Schema
from penstock.core.errors import PenstockError
from penstock.serving.settings import Limits

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TEXT = 1000  # characters of an id or a text
TIME = "timestamp[us]"
KNOWN_AT = "known_at"


class NoEvents(PenstockError):
    """A project's schema has no table whose rows could be posted."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"project {project!r}: its schema has no table with a column of role 'id' and one of "
            f"role 'target'\n  fix: give it one in src/penstock/projects/{project}/schema.py"
        )


def event_columns(project: str, schema: Schema) -> tuple[Column, ...]:
    """Columns of the table whose rows are scored, the target among them; raises NoEvents."""
    for name, columns in schema.tables.items():
        roles = {column.role for column in columns}
        if name not in schema.audit and {"id", "target"} <= roles:
            return columns
    raise NoEvents(project)


class EventType:
    """The events of a project, as JSON.

    Args:
        name: what the type is called in the API's description.
        columns: of the table, without those that can't be known yet.
        limits: of times, and of lists.
    """

    def __init__(self, name: str, columns: Sequence[Column], limits: Limits) -> None:
        required = [one for one in columns if not (one.optional or one.nullable)]
        others = [one for one in columns if one.optional or one.nullable]
        fields: list[Any] = [(one.name, _type(one)) for one in required]
        fields += [(one.name, _type(one) | None, None) for one in others]
        self.struct: type[msgspec.Struct] = msgspec.defstruct(
            name, fields, forbid_unknown_fields=True, frozen=True, gc=False
        )
        self.columns = {one.name: one for one in columns}
        self.one: Any = self.struct
        self.many: Any = Annotated[
            list[self.struct],  # type: ignore[name-defined]
            Meta(min_length=1, max_length=limits.events),
        ]
        self.decoder = msgspec.json.Decoder(self.one)
        self.list_decoder = msgspec.json.Decoder(self.many)
        self._times = tuple(one.name for one in columns if one.type == TIME)
        self._ahead = limits.ahead_seconds

    def event(self, posted: msgspec.Struct) -> dict[str, Any]:
        """The row of the table, times in microseconds since 1970.

        Raises:
            AheadOfTime: a time lies too far ahead of this machine's clock.
        """
        row = msgspec.structs.asdict(posted)
        for name in self._times:
            if (moment := row[name]) is not None:
                row[name] = micros = microseconds(moment)
                if micros > (time.time() + self._ahead) * 1e6:
                    raise AheadOfTime(name, moment, self._ahead)
        return row


class AheadOfTime(PenstockError):
    """An event says that it happens later than now; all that follow would be late."""

    def __init__(self, field: str, moment: datetime, ahead: float) -> None:
        self.field = field
        super().__init__(
            f"{field}: {moment.isoformat()} is more than {ahead:g} s ahead of the server's clock\n"
            "  fix: send the moment at which it was made, in UTC"
        )


def microseconds(moment: datetime) -> int:
    """Since 1970; a moment without an offset is in UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // MICROSECOND


def label_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """What a label that came later says: the event's id, the label, when it was known, whose."""
    asked = [one for one in columns if one.role in ("id", "target")]
    asked = [Column(one.name, one.type, one.role, says=one.says) for one in asked]
    known = Column(KNOWN_AT, TIME, optional=True, says="when it became known, in UTC")
    entities = [one for one in columns if one.role == "entity"]
    return (*asked, known, *entities)


def _type(column: Column) -> Any:
    """The Python type of a column's values, with its bounds."""
    says: Mapping[str, Any] = {"description": column.says} if column.says else {}
    if column.type.startswith(("int", "uint")):
        signed = column.type.startswith("int")
        bits = int(column.type.removeprefix("u").removeprefix("int"))
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        if column.role == "target":
            low, high = 0, 1
        return Annotated[int, Meta(ge=low, le=min(high, 2**63 - 1), **says)]
    if column.type in ("float64", "float32", "double", "float"):
        return Annotated[float, Meta(**says)]
    if column.type == "bool":
        return Annotated[bool, Meta(**says)]
    if column.type == TIME:
        form = {"format": "date-time"}
        return Annotated[datetime, Meta(extra_json_schema=form, **says)]
    return Annotated[str, Meta(max_length=TEXT, **says)]
