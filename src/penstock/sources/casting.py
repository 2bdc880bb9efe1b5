"""Values into the types of a project's schema; the first that does not fit is named."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from penstock.core.contracts import Column
from penstock.sources.errors import BadCell
from penstock.sources.notation import remedy, says
from penstock.sources.target import Fit

NULLS = ("", "NULL", "null", "None", "NA", "N/A", "\\N")
NULLS_OF_INTEGERS = (*NULLS, "NaN", "nan")
FIRST_CELLS = 20  # tell whether one cell or the whole column is wrong
MISFIT = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError)


def fitted(
    batch: pa.RecordBatch, fit: Fit, where: str, first_row: int, number: int, mend: str
) -> pa.RecordBatch:
    """`batch` of a source as rows of the raw table.

    Args:
        first_row: what a person would call the batch's first row, for messages.
        number: rows that came before, from which `fit.numbered` goes on.
        mend: what to do about a single value that does not fit.

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
            arrays.append(cast(batch.column(name), kind, fit.epoch))
        except MISFIT:
            place = (where, first_row, name)
            raise _bad_cell(batch.column(name), column, place, mend, fit) from None
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def cast(array: pa.Array, kind: pa.DataType, epoch: str | None = None) -> pa.Array:
    """`array` as `kind`: exact, but for fractions of a second that `kind` has no room for.

    Text is read as a person means it: blanks around a number, `2.0` for 2, a time zone (turned
    into UTC), and empty cells or NULL as null.

    Args:
        epoch: what a whole number that is to be a moment counts since 1970: s, ms, us.

    Raises:
        pa.ArrowInvalid: a value does not fit; and its kin.
    """
    if pa.types.is_binary(array.type):
        array = pc.cast(array, pa.string())
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    moments = pa.types.is_timestamp(kind) and not pa.types.is_timestamp(array.type)
    if moments and epoch is not None:
        counted = cast(array, pa.int64())
        return pc.cast(pc.cast(counted, pa.timestamp(epoch)), kind)
    if pa.types.is_integer(array.type) and pa.types.is_timestamp(kind):
        raise pa.ArrowInvalid("seconds or milliseconds, and since when: a number does not say")
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
    array: pa.Array, column: Column, place: tuple[str, int, str], mend: str, fit: Fit
) -> BadCell:
    where, first_row, name = place
    kind = pa.type_for_alias(column.type)
    low, high = 0, len(array)  # the first `low` values fit, the first `high` do not
    while high - low > 1:
        middle = (low + high) // 2
        try:
            cast(array[:middle], kind, fit.epoch)
            low = middle
        except MISFIT:
            high = middle
    value = array[low].as_py()
    expected, beside = says(kind), ""
    fix = f"{mend}, then: penstock refresh {fit.project}"
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            expected = "text in UTF-8"
            fix = "say what it is in (encoding: latin-1, cp1252 …) under the source in params.yaml"
            return BadCell(where, first_row + low, name, value, expected, fix)
    if _is_foreign(array, kind, fit.epoch):
        beside = "; most cells beside it are no better: the whole column is in another notation"
        fix = f"{remedy(kind)}; then: penstock refresh {fit.project}"
    return BadCell(where, first_row + low, name, value, expected, fix, beside)


def _is_foreign(array: pa.Array, kind: pa.DataType, epoch: str | None) -> bool:
    """Whether most of the first cells that are not empty fail, two at least."""
    fail = read = 0
    cells = array.drop_null()[:FIRST_CELLS]
    for start in range(len(cells)):
        try:
            read += cast(cells[start : start + 1], kind, epoch)[0].is_valid
        except MISFIT:
            fail += 1
    return fail >= 2 and fail > read
