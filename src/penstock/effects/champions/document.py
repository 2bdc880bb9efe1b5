"""Settings as canonical JSON with the number of their schema, strict on the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from penstock.core.errors import ParamsError
from penstock.core.files import to_json
from penstock.core.settings import Settings, parse
from penstock.effects.champions.errors import BadFile

SCHEMA = 1
S = TypeVar("S", bound=Settings)


def encode(value: Settings) -> bytes:
    return to_json({"schema": SCHEMA, **value.model_dump(mode="json")}).encode()


def decode(kind: type[S], content: bytes, place: str, fix: str) -> S:
    """What `encode` made `content` from.

    Args:
        place: the file, for the message.
        fix: what to do where it is not as it was written.

    Raises:
        BadFile: it is no JSON object, of another schema, or a key is missing, unknown or mistyped.
    """
    value = decode_object(content, place, fix)
    schema = value.pop("schema", None)
    if schema != SCHEMA:
        problem = f"schema: found {schema!r}, expected {SCHEMA}"
        newer = isinstance(schema, int) and schema > SCHEMA
        raise BadFile(place, problem, "upgrade penstock, which wrote it" if newer else fix)
    try:
        return parse(kind, value, "", place)
    except ParamsError as error:
        raise BadFile(place, error.problems[0], fix) from None


def decode_object(content: bytes, place: str, fix: str) -> dict[str, Any]:
    """The JSON object in `content`; raises BadFile."""
    try:
        value = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFile(place, f"no JSON: {error}", fix) from None
    if not isinstance(value, Mapping):
        raise BadFile(place, f"expected a JSON object, found {type(value).__name__}", fix)
    return dict(value)
