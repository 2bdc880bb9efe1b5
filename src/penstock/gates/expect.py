"""Two ways to say an expectation, so that a suite reads as a list of sentences."""

from __future__ import annotations

from typing import Any

from penstock.core.contracts import Expectation


def stop(table: str, name: str, says: str, kind: str, **arguments: Any) -> Expectation:
    """One that halts the graph when it is not met; `arguments` are those of `kind`."""
    return Expectation(name, says, table, kind, arguments)


def quarantine(
    table: str, name: str, says: str, kind: str, *, max_share: float = 0.001, **arguments: Any
) -> Expectation:
    """One whose broken rows are taken out, and that halts above `max_share` of the table."""
    return Expectation(name, says, table, kind, arguments, "quarantine", max_share)
