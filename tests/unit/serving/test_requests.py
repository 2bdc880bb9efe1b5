"""What may be posted, and what is said of what may not."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from penstock.projects.creditcard.schema import SCHEMA as PAYMENTS
from penstock.projects.fraud.schema import SCHEMA as TRANSACTIONS
from penstock.projects.recommendation.schema import SCHEMA as INTERACTIONS
from penstock.serving.faults import refusal
from penstock.serving.refusal import SHOWN
from penstock.serving.requests import (
    AheadOfTime,
    EventType,
    NoEvents,
    event_columns,
    label_columns,
)
from penstock.serving.settings import Limits
from tests.serving_app import COLUMNS, EVENT

POSTED = [one for one in COLUMNS if one.role != "target"]
RIVER = EventType("RiverEvent", POSTED, Limits())


def fault_of(**changes: Any) -> dict[str, str]:
    body = json.dumps({**EVENT, **changes}).encode()
    with pytest.raises(msgspec.MsgspecError):
        RIVER.decoder.decode(body)
    [fault] = refusal(body, RIVER.struct, 100).problem.faults
    return msgspec.structs.asdict(fault)


def test_an_event_becomes_a_row_of_the_table_with_times_in_microseconds() -> None:
    row = RIVER.event(RIVER.decoder.decode(json.dumps(EVENT)))
    assert row == {**EVENT, "time": 1_704_067_200_000_000, "note": None}


@pytest.mark.parametrize(
    "moment", ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00"]
)
def test_a_moment_without_an_offset_is_in_utc(moment: str) -> None:
    posted = RIVER.decoder.decode(json.dumps({**EVENT, "time": moment}))
    assert RIVER.event(posted)["time"] == 1_704_067_200_000_000


def test_a_moment_far_ahead_of_the_clock_is_refused() -> None:
    posted = RIVER.decoder.decode(json.dumps({**EVENT, "time": "9999-12-31T23:59:59Z"}))
    with pytest.raises(AheadOfTime, match="ahead of the server's clock"):
        RIVER.event(posted)


@pytest.mark.parametrize(
    ("project", "schema", "there"),
    [("fraud", TRANSACTIONS, "terminal"), ("creditcard", PAYMENTS, "V28")],
)
def test_the_label_of_a_project_is_none_of_its_fields(
    project: str, schema: Any, there: str
) -> None:
    columns = event_columns(project, schema)
    posted = [one for one in columns if one.role != "target"]
    fields = {one.name for one in msgspec.structs.fields(EventType("T", posted, Limits()).struct)}
    target = next(one.name for one in columns if one.role == "target")
    assert there in fields and target not in fields


def test_a_project_without_a_target_has_no_events_to_score() -> None:
    with pytest.raises(NoEvents):
        event_columns("recommendation", INTERACTIONS)


def test_a_label_says_whose_and_which_and_may_say_since_when() -> None:
    struct = EventType("Label", label_columns(COLUMNS), Limits()).struct
    needed = {one.name: one.required for one in msgspec.structs.fields(struct)}
    assert needed == {"gauge_id": True, "flood": True, "station": True, "known_at": False}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("gauge_id", 1.5, "a whole number"),
        ("gauge_id", True, "a whole number"),
        ("gauge_id", "1", "a whole number"),
        ("gauge_id", 2**63, "int <= 9223372036854775807"),
        ("gauge_id", None, "a whole number"),
        ("level", "high", "a finite number"),
        ("level", [1], "a finite number"),
        ("time", "yesterday", "a moment as 2018-04-01T12:00:00Z"),
        ("time", 1_704_067_200, "a moment as 2018-04-01T12:00:00Z"),
        ("note", "x" * 1001, "str of length <= 1000"),
    ],
)
def test_a_fault_names_the_field_and_what_it_takes(field: str, value: Any, expected: str) -> None:
    fault = fault_of(**{field: value})
    assert (fault["field"], fault["expected"]) == (field, expected)
    assert len(fault["came"]) <= SHOWN + 1


def test_a_number_beyond_floats_is_a_fault_of_its_field() -> None:
    body = json.dumps({**EVENT, "level": 2.5}).replace("2.5", "1e999").encode()
    [fault] = refusal(body, RIVER.struct, None).problem.faults
    assert fault.field == "level" and fault.expected == "a finite number"


def test_a_misspelt_field_is_named_with_the_one_that_is_meant() -> None:
    body = {**EVENT, "levl": EVENT["level"]}
    del body["level"]
    problem = refusal(json.dumps(body).encode(), RIVER.struct, None).problem
    assert problem.status == 422
    assert [(one.field, one.fix) for one in problem.faults] == [
        ("levl", "did you mean 'level'?, or leave it"),
        ("level", "add 'level'"),
    ]


def test_the_label_can_t_be_posted_with_the_event() -> None:
    assert fault_of(flood=1)["expected"] == "no such field"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "truncated"),
        (b"\xff\xfe", 400, "malformed"),
        (b'{"level": NaN}', 400, "malformed"),
        (b'{"level": 1', 400, "truncated"),
        (b"[" * 100_000, 400, "nested deeper"),
        (b"null", 422, "an object or a list of objects"),
        (b'"text"', 422, "an object or a list of objects"),
        (b"[]", 422, "1 to 100 events"),
        (b"[1]", 422, "[0]: expected an object"),
        (b"{}", 422, "and 3 more"),
    ],
)
def test_a_body_is_malformed_or_unfit(body: bytes, status: int, says: str) -> None:
    problem = refusal(body, RIVER.struct, 100).problem
    assert problem.status == status and says in problem.detail


def test_a_long_list_of_bad_events_tells_a_few_faults() -> None:
    body = json.dumps([{} for _ in range(100)]).encode()
    assert len(refusal(body, RIVER.struct, 100).problem.faults) == 20
