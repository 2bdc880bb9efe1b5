"""Loops that NumPy can't express, as machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile at the first call, keep the machine code on disk for later processes.

    What a compiled function calls must stand in its own file: the cache looks at no other. No
    `fastmath`: sums are added up in the order written, on every machine.
    """
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
