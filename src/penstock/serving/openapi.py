"""The description of every route, OpenAPI 3.1: those of FastAPI, and ours from their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from penstock.serving.refusal import MEDIA, Problem
from penstock.serving.router import GUARDED
from penstock.serving.routes import Route

REF = "#/components/schemas/{name}"
KEY = "key"
TRACE = "trace"  # operation: GET /v1/predictions/{prediction_id}
PROJECT, PREDICTION = "project", "prediction_id"
BODY_STATUSES = {
    400: "the body is no JSON",
    401: "no key, or none that is known",
    403: "the key is for other things",
    404: "no such path",
    405: "another method",
    408: "the body did not come in time",
    409: "the id came before, with another body, or is counted and its answer forgotten",
    413: "the body is too large",
    415: "the body is no JSON by its content-type, or compressed",
    422: "JSON, and not what the route takes: every fault is told",
    429: "more requests than the key's rate allows; Retry-After says when",
    503: "too much is being answered, or something can't be read or written",
}
PLAIN_STATUSES = (401, 403, 404, 405, 429, 503)
OPEN_STATUSES = (404, 405)
OK = "the answer"


def describe(api: FastAPI, routes: Iterable[Route], version: str, *, keys: bool) -> dict[str, Any]:
    """The whole document.

    Args:
        keys: callers need one.
    """
    routes = list(routes)
    document = get_openapi(
        title="penstock", version=version, routes=api.routes, summary="Champions, over HTTP"
    )
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    for path, operations in document["paths"].items():
        statuses = PLAIN_STATUSES if path.startswith(GUARDED) else OPEN_STATUSES
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == PROJECT:
                    parameter["schema"]["enum"] = sorted({one.path.split("/")[2] for one in routes})
            operation["responses"].pop("422", None)
            operation["responses"]["200"]["description"] = OK
            operation["responses"] |= _problems({code: BODY_STATUSES[code] for code in statuses})
    asked = [(route.body, route.answer, *route.listed) for route in routes]
    types = [one for several in asked for one in several]
    told, found = msgspec.json.schema_components([*types, Problem], ref_template=REF)
    schemas: list[Any] = list(told)
    components |= found
    for route, several in zip(routes, asked, strict=True):
        taken, given, *listed = (schemas.pop(0) for _ in several)
        document["paths"][route.path] = {"post": _operation(route, taken, _either(given, listed))}
    if keys:
        document["components"]["securitySchemes"] = {KEY: {"type": "http", "scheme": "bearer"}}
        for path, operations in document["paths"].items():
            for operation in operations.values() if path.startswith(GUARDED) else ():
                operation["security"] = [{KEY: []}]
    return document


def _operation(route: Route, taken: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    flags = [
        {
            "name": name,
            "in": "query",
            "description": says,
            "schema": {"type": "string", "enum": ["0", "1", "false", "true"]},
        }
        for name, says in route.flags.items()
    ]
    answered: dict[str, Any] = {"200": {"description": OK, "content": _json(given)}}
    if PREDICTION in route.answer.__struct_fields__:
        where = {PREDICTION: f"$response.body#/{PREDICTION}"}
        answered["200"]["links"] = {"trace": {"operationId": TRACE, "parameters": where}}
    return {
        "summary": route.says,
        "operationId": route.path.strip("/").replace("/", "_"),
        "tags": [route.path.split("/")[2]],
        **({"parameters": flags} if flags else {}),
        "requestBody": {"required": True, "content": _json(taken)},
        "responses": answered | _problems(BODY_STATUSES),
    }


def _either(given: Any, listed: list[Any]) -> Any:
    """An answer, or, where lists are taken, an object with the answers to a list."""
    if not listed:
        return given
    answers = {"type": "array", "items": {"anyOf": listed}}
    many = {"type": "object", "properties": {"answers": answers}, "required": ["answers"]}
    return {"anyOf": [given, many]}


def _problems(statuses: Mapping[int, str]) -> dict[str, Any]:
    schema = {"$ref": REF.format(name=Problem.__name__)}
    return {
        str(status): {
            "description": says,
            "content": {MEDIA.decode(): {"schema": schema}},
            **_headers(status),
        }
        for status, says in statuses.items()
    }


def _headers(status: int) -> dict[str, Any]:
    if status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return {}
    return {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
