"""A CSV file of any size, in batches, with the types of a project's schema."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from penstock.sources.casting import fitted
from penstock.sources.errors import SourceError
from penstock.sources.settings import CsvOptions
from penstock.sources.target import Target, make_fit

BLOCK_BYTES = 2 << 20  # Arrow reads some 30 of them ahead; no row may be longer
HEAD_BYTES = 1 << 20
NOT_TEXT = {
    codecs.BOM_UTF32_LE: "UTF-32 text",  # before UTF-16: it begins with that one's mark
    codecs.BOM_UTF32_BE: "UTF-32 text",
    codecs.BOM_UTF16_LE: "UTF-16 text",
    codecs.BOM_UTF16_BE: "UTF-16 text",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "gzip-compressed (its name should end in .csv.gz)",
    b"SQLite format 3": "an SQLite database",
}


def csv_batches(
    path: Path, options: CsvOptions, target: Target, number: int
) -> Iterator[pa.RecordBatch]:
    """The rows of `path` that `target` wants, some megabytes at a time.

    Rows are named in messages as an editor counts them: the header is row 1.

    Args:
        number: rows that came before this file, from which row numbers go on.

    Raises:
        SourceError: it can't be opened or unpacked, is empty, in another encoding, no CSV, or a
            row or cell does not fit.
    """
    where = str(path)
    rows = 0
    try:
        header = _header(path, options, target)
        fit = make_fit(target, header, where, f", or {target.key}.delimiter,")
        for batch in _blocks(path, options, list(fit.filled), target):
            yield fitted(batch, fit, where, rows + 2, number + rows, "mend the cell")
            rows += batch.num_rows
    except OSError as error:
        raise _unreadable(path, target, error) from None
    except UnicodeDecodeError as error:
        raise _not_encoded(where, f"near row {rows + 2}", options, target, error) from None


def _header(path: Path, options: CsvOptions, target: Target) -> list[str]:
    """The names of the columns; also the place where files that are no CSV are told apart."""
    with pa.input_stream(str(path), compression="detect") as stream:
        head = bytes(stream.read(HEAD_BYTES))
    encoded = f"set {target.key}.encoding in params.yaml (utf-16, utf-32, latin-1 …)"
    empty = SourceError(str(path), "the file is empty", "write the data again, header included")
    if not head.strip():
        raise empty
    if options.encoding == "utf-8":
        for magic, name in NOT_TEXT.items():
            if head.startswith(magic):
                expected = f"expected CSV in UTF-8, found {name}"
                raise SourceError(str(path), expected, f"save it as CSV in UTF-8, or {encoded}")
        if b"\0" in head:
            found = "expected CSV in UTF-8, found zero bytes: UTF-16 without its mark, or no text"
            raise SourceError(str(path), found, f"save it as CSV in UTF-8, or {encoded}")
    try:
        text = codecs.getincrementaldecoder(options.encoding)().decode(head)
    except UnicodeDecodeError as error:
        # Which cell it is comes out when that cell is read, unless it is in the header.
        if b"\n" not in head[: error.start]:
            raise _not_encoded(str(path), "row 1 (the header)", options, target, error) from None
        text = head[: error.start].decode(options.encoding)
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=options.delimiter)
    try:
        names = next((line for line in lines if line), None)
    except csv.Error as error:
        fix = f"mend the header (an open quote?), then: penstock refresh {target.project}"
        raise SourceError(f"{path}, row 1 (the header)", f"no CSV: {error}", fix) from None
    if names is None:  # a byte order mark, and no more
        raise empty
    return names


def _blocks(
    path: Path, options: CsvOptions, columns: list[str], target: Target
) -> Iterator[pa.RecordBatch]:
    bad: list[pacsv.InvalidRow] = []

    def note(row: pacsv.InvalidRow) -> str:
        bad.append(row)
        return "error"

    try:
        reader = pacsv.open_csv(
            str(path),
            # One thread: it alone knows the number of a bad row.
            pacsv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, encoding=_arrow_name(options.encoding)
            ),
            pacsv.ParseOptions(
                delimiter=options.delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            # Bytes: what they mean is for the cast to say, which can name the cell.
            pacsv.ConvertOptions(
                column_types={name: pa.binary() for name in columns},
                include_columns=columns,
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        while True:
            try:
                yield reader.read_next_batch()
            except StopIteration:
                return
    except pa.ArrowInvalid as error:
        if bad:
            row = bad[0]
            raise SourceError(
                f"{path}, row {row.number}",
                f"expected {row.expected_columns} cells, found {row.actual_columns}: "
                f"{row.text[:120]!r}",
                f"mend the row (a stray {options.delimiter!r} or quote?), "
                f"then: penstock refresh {target.project}",
            ) from None
        fix = f"mend the file (an open quote?), then: penstock refresh {target.project}"
        raise SourceError(str(path), f"no CSV that can be read: {error}", fix) from None


def _arrow_name(encoding: str) -> str:
    return "utf8" if encoding == "utf-8" else encoding


def _not_encoded(
    path: str, place: str, options: CsvOptions, target: Target, error: UnicodeDecodeError
) -> SourceError:
    return SourceError(
        f"{path}, {place}",
        f"expected text in {options.encoding}, found byte 0x{error.object[error.start]:02x}",
        f"save it in UTF-8, or set {target.key}.encoding in params.yaml (latin-1, cp1252 …)",
    )


def _unreadable(path: Path, target: Target, error: OSError) -> SourceError:
    """Of the system (no such file, no permission), which numbers it; else of the unpacking."""
    if error.errno is not None:
        fix = f"make it readable, then: penstock refresh {target.project}"
        return SourceError(str(path), f"can't be read: {error.strerror}", fix)
    return SourceError(
        str(path),
        f"can't be unpacked: {error}; it is damaged, cut off, or not the {path.suffix} of its name",
        f"pack or copy it again, or mend its name, then: penstock refresh {target.project}",
    )
