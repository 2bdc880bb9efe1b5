"""/docs: every route on one page, from the same document as /openapi.json; nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from penstock import pages

TEMPLATE = "page.html"
SAMPLES: Mapping[str, Any] = {"integer": 1, "number": 12.5, "boolean": True, "string": "text"}
MOMENT = "2018-04-01T12:00:00Z"


def page_of(document: Mapping[str, Any]) -> str:
    """The page of an OpenAPI document."""
    folders = [Path(__file__).parent, *(Path(one) for one in pages.__path__)]
    environment = Environment(
        loader=FileSystemLoader(folders, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    schemas = document["components"]["schemas"]
    operations = [
        _operation(path, method, one, schemas)
        for path, methods in sorted(document["paths"].items())
        for method, one in methods.items()
    ]
    types = [(name, list(_fields(one))) for name, one in sorted(schemas.items())]
    keys = "securitySchemes" in document["components"]
    return environment.get_template(TEMPLATE).render(
        title=document["info"]["title"],
        version=document["info"]["version"],
        operations=operations,
        types=[(name, fields) for name, fields in types if fields],
        keys=keys,
    )


def _operation(
    path: str, method: str, one: Mapping[str, Any], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    body = one.get("requestBody")
    schema = body["content"]["application/json"]["schema"] if body else None
    return {
        "path": path,
        "method": method.upper(),
        "says": one["summary"],
        "guarded": "security" in one,
        "takes": type_of(schema) if schema else "",
        "example": json.dumps(sample(schema, schemas)) if schema else "",
        "parameters": [
            (each["name"], each["in"], each.get("description", ""))
            for each in one.get("parameters", ())
        ],
        "statuses": [
            (status, each["description"], _given(each))
            for status, each in sorted(one["responses"].items())
        ],
    }


def _given(response: Mapping[str, Any]) -> str:
    [content] = list(response.get("content", {"": {}}).values())[:1] or [{}]
    return type_of(content["schema"]) if content.get("schema") else ""


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    """(name, type, needed, what it is) of an object's fields."""
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        yield name, type_of(one), name in needed, one.get("description", "")


def type_of(schema: Mapping[str, Any]) -> str:
    """A schema in few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        return " or ".join(type_of(one) for one in either)
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def sample(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that the schema takes, with what it asks for and no more."""
    if "$ref" in schema:
        return sample(schemas[type_of(schema)], schemas)
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        simplest = next((one for one in either if one.get("type") != "array"), either[0])
        return sample(simplest, schemas)
    if schema.get("type") == "object":
        needed = schema.get("required", ())
        return {name: sample(schema["properties"][name], schemas) for name in needed}
    if schema.get("type") == "array":
        return [sample(schema.get("items", {}), schemas)]
    if schema.get("format") == "date-time":
        return MOMENT
    return SAMPLES.get(str(schema.get("type")))
