"""How values are written down: what is read, and what to do with a column in another notation."""

from __future__ import annotations

import pyarrow as pa


def says(kind: pa.DataType) -> str:
    """What a value of `kind` looks like, for a message."""
    if pa.types.is_integer(kind):
        return f"a whole number ({kind})"
    if pa.types.is_floating(kind):
        return f"a number such as 12.5 ({kind})"
    if pa.types.is_timestamp(kind):
        return f"a date and time such as 2018-04-01 13:00:31 ({kind})"
    return str(kind)


def remedy(kind: pa.DataType) -> str:
    """What to do with a column whose cells are not written as `kind` is read."""
    if pa.types.is_integer(kind):
        return (
            "convert the column to whole numbers (TRUE to 1, FALSE to 0; number ids that are text)"
        )
    if pa.types.is_floating(kind):
        return (
            "convert the column to numbers with a decimal point: 1234.5, no comma, no sign for "
            "thousands or a currency"
        )
    if pa.types.is_timestamp(kind):
        return (
            "convert the column to ISO 8601, the one notation of time that is read: 2018-04-01, "
            "2018-04-01 13:00:31 or 2018-04-01T15:00:31+02:00, not 01.04.2018 or seconds since 1970"
        )
    return f"convert the column to {kind}"
