"""What is wrong with a body, every field of it at once: asked only when decoding has failed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import FieldInfo

from penstock.core.errors import did_you_mean
from penstock.serving.refusal import Fault, Refused, malformed, shown, unfit

MOST = 20  # faults that are told
DEEP = "it is nested deeper than any event"
DECODER = msgspec.json.Decoder(float_hook=float)  # 1e999 is JSON, and infinite: a fault of a field
MESSAGE = re.compile(r"^Expected `?(?P<expected>.+?)`?(?:, got `(?P<got>\w+)`)?(?: - at `.*`)?$")


def refusal(body: bytes, struct: type[msgspec.Struct], most: int | None) -> Refused:
    """Why `body` is no `struct`, or, where `most` is a number, no list of so many at most."""
    try:
        value = DECODER.decode(body)
    except RecursionError:
        return malformed(DEEP)
    except (msgspec.MsgspecError, UnicodeError) as error:
        return malformed(str(error))
    faults = _of_value(value, struct, most)
    return unfit(faults or [Fault("body", "an object", shown(value), "see /docs")])


def _of_value(value: Any, struct: type[msgspec.Struct], most: int | None) -> list[Fault]:
    found: list[Fault] = []
    if most is None or isinstance(value, dict):
        return list(of_object(value, struct, ""))[:MOST]
    if not isinstance(value, list):
        fix = "send one object, or a list of them"
        return [Fault("body", "an object or a list of objects", shown(value), fix)]
    if not 1 <= len(value) <= most:
        came = f"{len(value):,} events"
        fix = "send at least one" if not value else "send more requests, or: penstock score"
        return [Fault("body", f"1 to {most:,} events", came, fix)]
    for place, one in enumerate(value):
        found += of_object(one, struct, f"[{place}]")
        if len(found) >= MOST:
            break
    return found[:MOST]


def of_object(value: Any, struct: type[msgspec.Struct], at: str) -> Iterator[Fault]:
    """The faults of one object, field by field."""
    if not isinstance(value, Mapping):
        yield Fault(at or "body", "an object", shown(value), "send the event's fields, see /docs")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    dot = f"{at}." if at else ""
    for name in value:
        if name not in fields:
            missing = [one for one in fields if one not in value]
            hint = did_you_mean(name, missing or fields)
            yield Fault(f"{dot}{name}", "no such field", shown(value[name]), f"{hint}, or leave it")
    for name, field in fields.items():
        if name in value:
            yield from _of_field(value[name], field, f"{dot}{name}")
        elif field.required:
            yield Fault(f"{dot}{name}", expected(field), "nothing", f"add {name!r}")


def _of_field(value: Any, field: FieldInfo, where: str) -> Iterator[Fault]:
    try:
        if isinstance(value, float) and not math.isfinite(value):
            yield Fault(where, expected(field), "a number too large", "send a smaller one")
            return
        msgspec.convert(value, field.type)
    except (msgspec.ValidationError, OverflowError) as error:
        wanted, found = expected(field), MESSAGE.match(str(error))
        if found and any(sign in found["expected"] for sign in "<>="):
            wanted = found["expected"].replace("`", "")
        yield Fault(where, wanted, shown(value), f"send {wanted}")


def expected(field: FieldInfo) -> str:
    """The type of a field, in words."""
    kind = msgspec.inspect.type_info(field.type)
    while isinstance(kind, msgspec.inspect.Metadata):
        kind = kind.type
    kinds = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    return " or ".join(WORDS.get(type(one).__name__, "a value") for one in kinds)


WORDS = {
    "IntType": "a whole number",
    "FloatType": "a finite number",
    "BoolType": "true or false",
    "StrType": "a text",
    "DateTimeType": "a moment as 2018-04-01T12:00:00Z",
    "NoneType": "null",
    "ListType": "a list",
}
