"""A whole column in another notation than the one that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.sources.csv_file import csv_batches
from penstock.sources.errors import BadCell
from tests.unit.sources.given import HEADER, options, target, write_csv

NAMES = HEADER.split(",")
CELLS = dict(zip(NAMES, ("1", "2024-05-01 08:00:00", "7", "3", "12.50", "0"), strict=True))


def problem(folder: Path, column: str, *cells: str) -> str:
    rows = (";".join((CELLS | {column: cell}).values()) for cell in cells)
    path = write_csv(folder / "mine.csv", *rows, header=";".join(NAMES))
    with pytest.raises(BadCell) as error:
        list(csv_batches(path, options(delimiter=";"), target(), 0))
    return str(error.value)


@pytest.mark.parametrize(
    ("column", "cells", "remedy"),
    [
        ("time", ("01.05.2024", "02.05.2024 08:00"), "ISO 8601, the one notation of time"),
        ("time", ("1714550401", "1714550402"), "not 01.04.2018 or seconds since 1970"),
        ("amount", ("12,50", "7", "99,99"), "numbers with a decimal point"),
        ("amount", ("€ 12", "€ 13"), "no sign for thousands or a currency"),
        ("label", ("", "NULL", "TRUE", "FALSE"), "TRUE to 1, FALSE to 0"),
        ("customer", ("C7", "C8"), "number ids that are text"),
    ],
)
def test_a_column_in_another_notation_is_to_be_converted(
    tmp_path: Path, column: str, cells: tuple[str, ...], remedy: str
) -> None:
    found = problem(tmp_path, column, *cells)
    assert f"column {column!r}" in found
    assert "the whole column is in another notation" in found
    assert "fix: convert the column to " in found and remedy in found
    assert found.endswith("then: penstock refresh fraud")


def test_one_cell_among_good_ones_is_to_be_mended(tmp_path: Path) -> None:
    found = problem(tmp_path, "amount", "12,50", "12.50", "99.99")
    assert "row 2, column 'amount'" in found
    assert "whole column" not in found
    assert "fix: mend the cell, then: penstock refresh fraud" in found
