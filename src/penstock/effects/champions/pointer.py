"""The pointer: which model is champion, since which decision, and which were before it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from penstock.core.settings import Settings

KEY = r"^[0-9a-f]{64}$"
DECISION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"  # it names a file


class Pointer(Settings):
    """The whole of P.json.

    Attributes:
        key: of the version in P/models that is champion.
        trained_through: the last moment (or unit) its fit has seen; None where time plays no part.
        decision: id of the decision that put it here; None where there was none to take.
        previous: keys of the champions before it, newest first.
    """

    project: str = Field(min_length=1)
    key: str = Field(pattern=KEY)
    candidate: str = Field(min_length=1)
    trained_through: str | None
    decision: str | None = Field(pattern=DECISION)
    previous: tuple[Annotated[str, Field(pattern=KEY)], ...]
