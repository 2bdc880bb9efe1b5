"""Predictions one after another in a file, with checksums: a torn end costs the end alone."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from penstock.serving.contracts import Prediction

MAGIC = b"PSF2"
HEAD = len(MAGIC) + 8  # then length and CRC-32 of what follows
ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(list[Prediction])


def to_frame(predictions: Sequence[Prediction]) -> bytes:
    """One frame.

    Raises:
        ValueError, TypeError, OverflowError: one is none that could be written.
    """
    body = ENCODER.encode(predictions)
    size = len(body).to_bytes(4, "little")
    return b"".join((MAGIC, size, zlib.crc32(body).to_bytes(4, "little"), body))


def read_frames(path: Path, wanted: str = "") -> Iterator[list[Prediction]]:
    """What lies in the whole frames of a file: one that is torn, or turned, is passed over.

    Args:
        wanted: frames without this text are passed over too.

    Raises:
        FileNotFoundError: there is no such file.
    """
    content, text = path.read_bytes(), wanted.encode()
    place = 0
    while place + HEAD <= len(content):
        body = _body(content, place)
        if body is None:
            place = content.find(MAGIC, place + 1)
            if place < 0:
                return
            continue
        end = place + HEAD + len(body)
        if content.find(text, place, end) >= 0:
            yield DECODER.decode(body)
        place = end


def _body(content: bytes, place: int) -> memoryview | None:
    """What the frame at `place` holds; None where none stands there whole."""
    if content[place : place + 4] != MAGIC:
        return None
    size = int.from_bytes(content[place + 4 : place + 8], "little")
    body = memoryview(content)[place + HEAD : place + HEAD + size]
    crc = int.from_bytes(content[place + 8 : place + HEAD], "little")
    return body if len(body) == size and zlib.crc32(body) == crc else None
