"""Typed, frozen settings: each owner declares its own, a mistake names file, key, value, fix."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from penstock.core.errors import ParamsError, did_you_mean


class Settings(BaseModel):
    """Base of everything read from params.yaml: no unknown key, no silent conversion."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )


S = TypeVar("S", bound=Settings)


def parse(kind: type[S], value: Any, key: str, file: str = "params.yaml") -> S:
    """`value`, as YAML or JSON gave it, as settings of `kind`.

    Raises:
        ParamsError: one line per problem: key, value, what was expected, nearest known key.
    """
    if not isinstance(value, Mapping):
        raise ParamsError([f"{key}: expected a mapping of settings, found {value!r}"], file)
    try:
        # By way of JSON: strict about numbers, yet lists become tuples and ISO dates dates.
        return kind.model_validate_json(json.dumps(value, default=str))
    except ValidationError as error:
        problems = [_problem(kind, key, detail) for detail in error.errors(include_url=False)]
        raise ParamsError(problems, file) from None


def _problem(kind: type[Settings], key: str, detail: ErrorDetails) -> str:
    where = ".".join([*filter(None, [key]), *map(str, detail["loc"])])
    if detail["type"] == "extra_forbidden":
        owner = _owner(kind, detail["loc"][:-1])
        known = list(owner.model_fields) if owner else []
        hint = did_you_mean(str(detail["loc"][-1]), known)
        return f"{where}: unknown key (value {detail['input']!r}); {hint}"
    if detail["type"] == "missing":
        return f"{where}: missing; expected {_expected(kind, detail['loc'])}"
    message = detail["msg"].removeprefix("Value error, ")
    return f"{where}: found {detail['input']!r}; {message[:1].lower()}{message[1:]}"


def _owner(kind: type[Settings], path: tuple[int | str, ...]) -> type[Settings] | None:
    """The settings class at the end of `path`, or None where the path leaves plain classes."""
    for step in path:
        field = kind.model_fields.get(str(step))
        annotation = field.annotation if field else None
        if not (isinstance(annotation, type) and issubclass(annotation, Settings)):
            return None
        kind = annotation
    return kind


def _expected(kind: type[Settings], path: tuple[int | str, ...]) -> str:
    owner = _owner(kind, path[:-1])
    field = owner.model_fields.get(str(path[-1])) if owner else None
    if field is None:
        return "a value"
    name = getattr(field.annotation, "__name__", str(field.annotation))
    return f"{name} ({field.description})" if field.description else name
