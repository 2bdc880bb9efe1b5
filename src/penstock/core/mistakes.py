"""What pydantic found wrong with a setting, said in the words of the file it stands in."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from penstock.core.errors import did_you_mean

LONGEST_VALUE = 80


def say(kind: type[BaseModel], key: str, detail: ErrorDetails) -> str:
    """One line for one problem: the dotted key as the file has it, the value, what was expected."""
    path, owner, field = _locate(kind, detail["loc"])
    where = ".".join(filter(None, [key, *path]))
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            known = list(owner.model_fields) if owner else []
            return f"{where}: unknown key ({_found(detail)}); {did_you_mean(path[-1], known)}"
        case "missing":
            return f"{where}: missing; expected {_expected(field)}"
        case "union_tag_not_found":
            at = f"{where}.{_unquoted(context['discriminator'])}"
            return f"{at}: missing; it says which other keys may follow"
        case "union_tag_invalid":
            tag, known = context["tag"], _quoted(context["expected_tags"])
            at = f"{where}.{_unquoted(context['discriminator'])}"
            return f"{at}: found {tag!r}; expected one of {known}; {did_you_mean(tag, known)}"
    message = detail["msg"]
    if detail["type"] == "value_error":  # raised by the owner, in its own words
        message = message.removeprefix("Value error, ")
        found = "" if isinstance(detail["input"], Mapping) else f"{_found(detail)}; "
        return f"{where}: {found}{message}"
    message = f"{message[:1].lower()}{message[1:]}"
    if detail["type"] == "literal_error" and isinstance(detail["input"], str):
        message += f"; {did_you_mean(detail['input'], _quoted(context['expected']))}"
    return f"{where}: {_found(detail)}; {message}"


def _found(detail: ErrorDetails) -> str:
    value = repr(detail["input"])
    return f"found {value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + '…'}"


def _unquoted(text: str) -> str:
    return text.strip("'")


def _quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def _locate(
    kind: type[BaseModel], location: tuple[int | str, ...]
) -> tuple[list[str], type[BaseModel] | None, FieldInfo | None]:
    """The keys of `location` that stand in the file, who declares the last of them, and how."""
    path: list[str] = []
    here: Any = kind
    owner: type[BaseModel] | None = None
    field: FieldInfo | None = None
    for step in location:
        here = _plain(here)
        if _is_union(here):  # pydantic names the member it tried: no key of the file
            here = next((one for one in get_args(here) if _is_tagged(one, step)), None)
            continue
        if step == "[key]":
            continue
        path.append(str(step))
        owner = here if isinstance(here, type) and issubclass(here, BaseModel) else None
        field = owner.model_fields.get(str(step)) if owner else None
        here = field.annotation if field else _item(here, step)
    return path, owner, field


def _plain(annotation: Any) -> Any:
    """Without Annotated, and without None where that leaves one type."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if _is_union(annotation):
        members = [one for one in get_args(annotation) if one is not types.NoneType]
        return _plain(members[0]) if len(members) == 1 else annotation
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_tagged(member: Any, step: int | str) -> bool:
    """Whether pydantic means `member` of a union by `step`: its name, or its discriminator."""
    member = _plain(member)
    if not (isinstance(member, type) and issubclass(member, BaseModel)):
        return False
    literals = [f.annotation for f in member.model_fields.values()]
    tags = [tag for one in literals if get_origin(one) is Literal for tag in get_args(one)]
    return step == member.__name__ or step in tags


def _item(annotation: Any, step: int | str) -> Any:
    """The type of what a mapping or sequence holds at `step`; None where it isn't said."""
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    if get_origin(annotation) in (list, tuple) and arguments:
        many = len(arguments) == 1 or arguments[-1] is Ellipsis
        return arguments[0] if many else arguments[int(step)]
    return None


def _expected(field: FieldInfo | None) -> str:
    if field is None:
        return "a value"
    annotation = field.annotation
    plain = isinstance(annotation, type) and not get_args(annotation)
    name = annotation.__name__ if plain and annotation else str(annotation)
    name = name.replace("typing.", "")
    return f"{name} ({field.description})" if field.description else name
