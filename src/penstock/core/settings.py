"""Typed, frozen settings: each owner declares its own, a mistake names file, key, value, fix."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from penstock.core.errors import ParamsError
from penstock.core.mistakes import say


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
        text = json.dumps(value, default=str)
    except (TypeError, ValueError, RecursionError):
        raise ParamsError(list(_unspeakable(value, key, ())), file) from None
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        problems = [say(kind, key, detail) for detail in error.errors(include_url=False)]
        raise ParamsError(problems, file) from None


def _unspeakable(value: Any, key: str, above: tuple[int, ...]) -> Iterator[str]:
    """What YAML takes and settings don't: keys that are no words, aliases that close a circle."""
    if id(value) in above:
        yield f"{key}: an alias of what it stands in; write the value out"
        return
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for name, one in items:
        where = ".".join(filter(None, [key, str(name)]))
        if not isinstance(name, str | int | float | None):
            yield f'{where}: found a {type(name).__name__} as a key; quote it: "{name}"'
        yield from _unspeakable(one, where, (*above, id(value)))
