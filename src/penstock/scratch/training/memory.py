"""Memory of large arrays, kept by the process between steps."""

from __future__ import annotations

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # names of glibc's malloc.h
KEPT, LARGEST = 1 << 30, 32 << 20  # bytes


def keep_memory() -> bool:
    """Ask the C library to keep up to 1 GiB that arrays have left, for those to come.

    Every step of training makes and drops the same arrays. By default the memory goes back to the
    system each time, and page by page is asked for again: half of the time of a small convolution.
    For the whole process, from now on.

    Returns:
        False where the C library is not glibc; nothing has changed then.
    """
    try:
        tune = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(tune(MMAP_THRESHOLD, LARGEST) and tune(TRIM_THRESHOLD, KEPT))
