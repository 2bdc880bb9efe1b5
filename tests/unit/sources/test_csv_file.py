"""CSV files, good ones and each way to be a bad one."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from penstock.sources import csv_file
from penstock.sources.csv_file import csv_batches
from penstock.sources.errors import BadCell, SourceError
from tests.unit.sources.given import HEADER, ROWS, options, target, write_csv


def read(path: Path, number: int = 0, renames: dict[str, str] | None = None, **settings: Any):  # type: ignore[no-untyped-def]
    batches = csv_batches(path, options(**settings), target(**(renames or {})), number)
    return pa.Table.from_batches(batches).to_pandas()


def problem(path: Path, **settings: Any) -> str:
    with pytest.raises(SourceError) as error:
        read(path, **settings)
    assert "fix: " in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.csv"


def test_rows_come_in_the_types_of_the_schema(path: Path) -> None:
    frame = read(write_csv(path, *ROWS))
    assert frame["time"].tolist()[:2] == [
        pd.Timestamp("2024-05-01 08:00:00"),
        pd.Timestamp("2024-05-01 08:00:01"),
    ]
    assert frame["amount"].tolist() == [12.5, 99.99, 0.1]
    assert frame["label"].tolist() == [0, 1, pd.NA]
    assert frame["customer"].dtype == "int64"


def test_a_missing_id_is_the_number_of_the_row_going_on_from_the_last_file(path: Path) -> None:
    header = HEADER.removeprefix("transaction_id,")
    write_csv(path, *(row.partition(",")[2] for row in ROWS), header=header)
    assert read(path, number=10)["transaction_id"].tolist() == [10, 11, 12]


def test_unknown_columns_are_dropped_and_nan_inf_and_duplicates_pass(path: Path) -> None:
    rows = ("1,2024-05-01,7,3,nan,0,a", "1,2024-05-01,7,3,inf,0,b")
    frame = read(write_csv(path, *rows, header=f"{HEADER},note"))
    assert "note" not in frame
    assert frame["transaction_id"].tolist() == [1, 1]
    assert frame["amount"].isna().tolist() == [True, False]


def test_a_quoted_cell_may_hold_a_line_break(path: Path) -> None:
    write_csv(path, '"two\nlines",1', "x,2", header="note,customer")
    assert read(path)["customer"].tolist() == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_another_encoding_and_delimiter_are_read_when_said(path: Path, encoding: str) -> None:
    header = "transaction_id;Höhe"
    write_csv(path, "1;2.5", header=header, encoding=encoding)
    frame = read(path, renames={"amount": "Höhe"}, delimiter=";", encoding=encoding)
    assert frame["amount"].tolist() == [2.5]


def test_a_byte_order_mark_is_no_part_of_the_first_name(path: Path) -> None:
    write_csv(path, *ROWS, encoding="utf-8-sig")
    assert read(path)["transaction_id"].tolist() == [1, 2, 3]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv.gz"
    path.write_bytes(gzip.compress("\n".join((HEADER, *ROWS)).encode()))
    assert len(read(path)) == 3


def test_a_cell_that_does_not_parse_is_named_with_file_row_and_column(path: Path) -> None:
    write_csv(path, *ROWS, "4,2024-05-02,7,4,twelve,0", "5,2024-05-02,7,4,thirteen,0")
    with pytest.raises(BadCell) as error:
        read(path)
    text = str(error.value)
    assert f"{path}, row 5, column 'amount'" in text  # as an editor counts: the header is row 1
    assert "expected a number such as 12.5 (double), found 'twelve'" in text
    assert "fix: mend the cell, then: penstock refresh fraud" in text


def test_the_row_is_right_in_a_later_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 4096)
    rows = [f"{n},2024-05-01 00:00:00,7,3,1.00,0" for n in range(1000)]
    rows[777] = "777,yesterday,7,3,1.00,0"
    assert "row 779, column 'time'" in problem(write_csv(path, *rows))


def test_a_ragged_row_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 4096)
    rows = [f"{n},2024-05-01 00:00:00,7,3,1.00,0" for n in range(1000)]
    rows[777] = "777,7"
    found = problem(write_csv(path, *rows))
    assert "row 779: expected 6 cells, found 2: '777,7'" in found


def test_utf_16_is_recognised(path: Path) -> None:
    found = problem(write_csv(path, *ROWS, encoding="utf-16"))
    assert "expected CSV in UTF-8, found UTF-16 text" in found
    assert "projects.fraud.source.encoding" in found


def test_utf_32_is_not_taken_for_utf_16(path: Path) -> None:
    assert "found UTF-32 text" in problem(write_csv(path, *ROWS, encoding="utf-32"))
    assert len(read(path, encoding="utf-32")) == 3


def test_utf_16_without_its_mark_is_recognised(path: Path) -> None:
    assert "zero bytes" in problem(write_csv(path, *ROWS, encoding="utf-16-le"))


def test_latin_1_in_the_header_is_named(path: Path) -> None:
    found = problem(write_csv(path, *ROWS, header=f"{HEADER},Größe", encoding="latin-1"))
    assert "row 1 (the header): expected text in utf-8, found byte 0xf6" in found


def test_latin_1_in_a_cell_is_named(path: Path) -> None:
    write_csv(path, ROWS[0], "2,2024-05-01,7,3,5 \xa4,0", encoding="latin-1")
    found = problem(path)
    assert "row 3, column 'amount'" in found
    assert "expected text in UTF-8, found b'5 \\xa4'" in found


def test_a_file_that_is_not_in_the_encoding_that_was_said(path: Path) -> None:
    write_csv(path, ROWS[0], "2,2024-05-01,7,3,5 \xa4,0", encoding="latin-1")
    assert "expected text in ascii, found byte 0xa4" in problem(path, encoding="ascii")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "the file is empty" in problem(path)


@pytest.mark.parametrize("end", ["gz", "bz2"])
def test_a_name_that_promises_compression_in_vain_is_said(tmp_path: Path, end: str) -> None:
    found = problem(write_csv(tmp_path / f"mine.csv.{end}", *ROWS))
    assert f"damaged, cut off, or not the .{end} of its name" in found


@pytest.mark.parametrize("rows", [3, 200_000])  # cut within the header's block, and after it
def test_a_compressed_file_that_was_cut_off_is_said_to_be(tmp_path: Path, rows: int) -> None:
    whole = gzip.compress("\n".join((HEADER, *ROWS * (rows // 3))).encode())
    (tmp_path / "mine.csv.gz").write_bytes(whole[:-10])
    assert "can't be unpacked: Truncated" in problem(tmp_path / "mine.csv.gz")


def test_a_file_that_is_gone_is_no_crash(path: Path) -> None:
    assert "can't be read: " in problem(path)


def test_a_workbook_is_recognised(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    assert "found a zip archive or an Excel workbook" in problem(path)


def test_an_open_quote_is_no_crash(path: Path) -> None:
    problem(write_csv(path, *ROWS, '4,"2024-05-01,7,3,1,0', *ROWS))


def test_a_large_file_is_read_in_little_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 1 << 16)
    write_csv(path, *ROWS * 200_000)
    start = pa.total_allocated_bytes()
    rows = peak = 0
    for batch in csv_batches(path, options(), target(), 0):
        rows += batch.num_rows
        peak = max(peak, pa.total_allocated_bytes() - start)
    assert rows == 600_000
    assert peak < path.stat().st_size / 5
