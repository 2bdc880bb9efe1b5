"""The description: whole, valid, and the same for people and programs."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock.serving.api import make_api
from penstock.serving.app import routes_of
from penstock.serving.openapi import describe
from penstock.serving.page import page_of, sample, type_of
from penstock.serving.state import State
from tests.serving_app import EVENT, open_app


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    _, state = open_app(tmp_path)
    yield state
    state.close()


@pytest.fixture
def document(state: State) -> dict[str, Any]:
    return _document(state)


def _document(state: State) -> dict[str, Any]:
    api = make_api(state, dict, str)
    return describe(api, routes_of(state), "1", keys=state.guard.keyring is not None)


def test_every_answer_of_every_operation_has_a_shape(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            for status, response in operation["responses"].items():
                assert response["content"], (path, status)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, one in value.items():
                yield from [one] if key == "$ref" else references(one)
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    found = {one.rpartition("/")[2] for one in references(document)}
    assert found and found <= set(document["components"]["schemas"])


def test_an_event_is_described_with_its_fields_and_bounds(document: dict[str, Any]) -> None:
    event = document["components"]["schemas"]["RiverEvent"]
    assert set(event["required"]) == {"gauge_id", "time", "station", "level"}
    assert not event["additionalProperties"] and "flood" not in event["properties"]
    assert event["properties"]["gauge_id"]["maximum"] == 2**63 - 1
    assert event["properties"]["time"]["format"] == "date-time"


def test_keys_are_part_of_it_where_they_are_asked_for(tmp_path: Path) -> None:
    _, state = open_app(tmp_path, keys=True)
    try:
        document = _document(state)
    finally:
        state.close()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    asked = {
        path
        for path, operations in document["paths"].items()
        for one in operations.values()
        if "security" in one
    }
    assert asked == {path for path in document["paths"] if path.startswith("/v1/")}
    assert "Authorization: Bearer" in page_of(document)


def test_the_page_tells_every_route_and_status(document: dict[str, Any]) -> None:
    page = page_of(document)
    for path, operations in document["paths"].items():
        assert path in page
        for operation in operations.values():
            assert operation["summary"] in html.unescape(page)


def test_the_example_of_the_page_is_an_event_that_fits(state: State) -> None:
    document = _document(state)
    body = document["paths"]["/v1/river/score"]["post"]["requestBody"]
    schemas = document["components"]["schemas"]
    example = sample(body["content"]["application/json"]["schema"], schemas)
    assert set(example) == set(EVENT) - {"rain"}
    events = state.scoring["river"].events
    assert events.event(events.decoder.decode(msgspec.json.encode(example)))


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/x/Event"}, "Event"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, "null or integer"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"type": "array", "items": {"type": "number"}}, "list of number"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({}, "any"),
    ],
)
def test_a_type_is_told_in_few_words(schema: dict[str, Any], words: str) -> None:
    assert type_of(schema) == words
