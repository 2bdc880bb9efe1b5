"""A picture as a PNG file, with nothing in it but its pixels.

ISO/IEC 15948:2004 (PNG), sections 5.3 chunks, 11.2 critical chunks; no filter, 8 bits a channel.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from penstock.core.contracts import Array

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS_WITH_ALPHA = 6


def png(pixels: Array) -> bytes:
    """The file of `pixels`, uint8 (height, width, 4): red, green, blue, alpha."""
    height, width, _ = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, COLOURS_WITH_ALPHA, 0, 0, 0)
    # Each line begins with the number of its filter: 0, none.
    lines = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0)))
    body = zlib.compress(lines.tobytes(), 9)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
