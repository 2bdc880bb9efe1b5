"""Moments that a source writes as whole numbers."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from penstock.sources.casting import MISFIT, cast

TIME = pa.timestamp("us")
MOMENT = dt.datetime(1997, 12, 4, 15, 55, 49)


@pytest.mark.parametrize(
    ("values", "epoch"),
    [
        ([881250949], "s"),
        ([881250949000], "ms"),
        ([881250949000000], "us"),
        (["881250949"], "s"),
        ([" 881250949.0 "], "s"),
        ([MOMENT], "s"),
    ],
)
def test_a_number_counts_from_1970(values: list[object], epoch: str) -> None:
    assert cast(pa.array(values), TIME, epoch).to_pylist() == [MOMENT]


def test_a_gap_stays_one() -> None:
    assert cast(pa.array(["", "0"]), TIME, "s").to_pylist() == [None, dt.datetime(1970, 1, 1)]


def test_other_columns_are_read_as_ever() -> None:
    assert cast(pa.array(["7"]), pa.int64(), "s").to_pylist() == [7]


@pytest.mark.parametrize("value", ["yesterday", "2024-05-01", 2**62])
def test_what_is_no_such_number_is_refused(value: object) -> None:
    with pytest.raises(MISFIT):
        cast(pa.array([value]), TIME, "s")
