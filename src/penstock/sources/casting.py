"""Values into the types of a project's schema; the first that does not fit is named."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from penstock.core.contracts import Column
from penstock.sources.errors import BadCell
from penstock.sources.target import Fit

NULLS = ("", "NULL", "null", "None", "NA", "N/A", "\\N")
NULLS_OF_INTEGERS = (*NULLS, "NaN", "nan")
MISFIT = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError)


def fitted(
    batch: pa.RecordBatch, fit: Fit, where: str, first_row: int, number: int, fix: str
) -> pa.RecordBatch:
    """`batch` of a source as rows of the raw table.

    Args:
        first_row: what a person would call the batch's first row, for messages.
        number: rows that came before, from which `fit.numbered` goes on.

    Raises:
        BadCell: a value does not fit its column's type.
    """
    schema = fit.schema
    arrays = []
    if fit.numbered:
        arrays.append(pa.array(range(number, number + batch.num_rows), pa.int64()))
    for name, column in fit.filled.items():
        kind = schema.field(column.name).type
        try:
            arrays.append(cast(batch.column(name), kind))
        except MISFIT:
            raise _bad_cell(batch.column(name), column, name, where, first_row, fix) from None
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """`array` as `kind`: exact, but for fractions of a second that `kind` has no room for.

    Text is read as a person means it: blanks around a number, `2.0` for 2, a time zone (turned
    into UTC), and empty cells or NULL as null.

    Raises:
        pa.ArrowInvalid: a value does not fit; and its kin.
    """
    if pa.types.is_binary(array.type):
        array = pc.cast(array, pa.string())
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    if not text or pa.types.is_string(kind):
        return pc.cast(array, options=pc.CastOptions(kind, allow_time_truncate=True))
    try:
        return pc.cast(array, kind)
    except pa.ArrowInvalid:
        return _leniently(pc.utf8_trim_whitespace(array), kind)


def _leniently(text: pa.Array, kind: pa.DataType) -> pa.Array:
    integer = pa.types.is_integer(kind)
    nulls = pa.array(NULLS_OF_INTEGERS if integer else NULLS)
    text = pc.if_else(pc.is_in(text, nulls), pa.scalar(None, text.type), text)
    if integer:
        return pc.cast(pc.replace_substring_regex(text, r"^([+-]?\d+)\.0*$", r"\1"), kind)
    if pa.types.is_timestamp(kind) and kind.tz is None:
        # Nanoseconds hold any fraction a person writes; what `kind` has no room for is cut.
        zoned = pc.match_substring_regex(text, r"(Z|[+-]\d\d(:?\d\d)?)$")
        anywhere = pc.any(pc.and_(zoned, pc.match_substring(text, ":"))).as_py()
        nanoseconds = pa.timestamp("ns", "UTC" if anywhere else None)
        options = pc.CastOptions(kind, allow_time_truncate=True)
        return pc.cast(pc.cast(text, nanoseconds), options=options)
    return pc.cast(text, kind)


def _bad_cell(
    array: pa.Array, column: Column, name: str, where: str, first_row: int, fix: str
) -> BadCell:
    kind = pa.type_for_alias(column.type)
    low, high = 0, len(array)  # the first `low` values fit, the first `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        try:
            cast(array[:middle], kind)
            low = middle
        except MISFIT:
            high = middle
    value = array[low].as_py()
    expected = says(kind)
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            expected = "text in UTF-8"
            fix = "say what it is in (encoding: latin-1, cp1252 …) under the source in params.yaml"
    return BadCell(where, first_row + low, name, value, expected, fix)


def says(kind: pa.DataType) -> str:
    """What a value of `kind` looks like, for a message."""
    if pa.types.is_integer(kind):
        return f"a whole number ({kind})"
    if pa.types.is_floating(kind):
        return f"a number such as 12.5 ({kind})"
    if pa.types.is_timestamp(kind):
        return f"a date and time such as 2018-04-01 13:00:31 ({kind})"
    return str(kind)
