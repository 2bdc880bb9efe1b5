"""Text and foreign types into the schema's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from penstock.sources.casting import MISFIT, cast

TIME = pa.timestamp("us")
MOMENT = dt.datetime(2024, 5, 1, 8, 0, 1)


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([b"1", b"2"], pa.int64(), [1, 2]),
        (["1", " 2 ", "3.0", "4."], pa.int64(), [1, 2, 3, 4]),
        (["9007199254740993", "1.0"], pa.int64(), [9007199254740993, 1]),
        (["1", "", "NULL", "NaN", "NA"], pa.int8(), [1, None, None, None, None]),
        (
            [" 1.5", "1e3", "", "inf", "-inf"],
            pa.float64(),
            [1.5, 1e3, None, float("inf"), -float("inf")],
        ),
        (["NA", "x"], pa.string(), ["NA", "x"]),
        (["2024-05-01 08:00:01", "2024-05-01T08:00:01"], TIME, [MOMENT, MOMENT]),
        (["2024-05-01T08:00:01Z", "2024-05-01 10:00:01+02:00"], TIME, [MOMENT, MOMENT]),
        (["2024-05-01 08:00:01.0000001", ""], TIME, [MOMENT, None]),
        (["2024-05-01"], TIME, [dt.datetime(2024, 5, 1)]),
        ([Decimal("1.25"), None], pa.float64(), [1.25, None]),
        ([True, False], pa.int8(), [1, 0]),
        ([1.0, 2.0], pa.int64(), [1, 2]),
        ([MOMENT.replace(tzinfo=dt.UTC)], TIME, [MOMENT]),
        ([None, None], pa.int8(), [None, None]),
    ],
)
def test_a_value_is_read_as_a_person_means_it(
    values: list[Any], kind: pa.DataType, expected: list[Any]
) -> None:
    assert cast(pa.array(values), kind).to_pylist() == expected


def test_nan_stays_nan() -> None:
    (value,) = cast(pa.array(["nan"]), pa.float64()).to_pylist()
    assert value != value


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1.5"], pa.int64()),
        (["300"], pa.int8()),
        (["twelve"], pa.float64()),
        (["12,50"], pa.float64()),
        (["01.05.2024"], TIME),
        (["1714550401"], TIME),
        ([1714550401], TIME),
        ([1.5], pa.int64()),
        ([b"caf\xe9"], pa.string()),
        ([[1]], pa.int64()),
    ],
)
def test_a_value_that_does_not_fit_is_refused(values: list[Any], kind: pa.DataType) -> None:
    with pytest.raises(MISFIT):
        cast(pa.array(values), kind)


def test_a_category_is_read_by_its_values() -> None:
    array = pa.array(["1", "2", "1"]).dictionary_encode()
    assert cast(array, pa.int64()).to_pylist() == [1, 2, 1]
