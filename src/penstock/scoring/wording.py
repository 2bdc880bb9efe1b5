"""What a project says of its rows: its phrases, and what the notes of its features tell of values.

It needs no table, so that a server can speak of one row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from penstock.core.workspace import MissingPart, load_part
from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Phrasebook
from penstock.scoring.reasons import Reasons, reasons

PLAIN = Currency()


@dataclass(frozen=True)
class Wording:
    """How the reasons of one row are put.

    Attributes:
        none: input → the value that stands for “there was none”.
        relative: input → the input that counts the earlier rows it is told by; without any, it
            tells nothing.
    """

    book: Phrasebook
    currency: Currency = PLAIN
    none: Mapping[str, float] = field(default_factory=dict)
    relative: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_notes(cls, book: Phrasebook, notes: Mapping[str, Any]) -> Self:
        """By the notes of a features dataset; what they don't say is left as it is."""
        noted, lever = notes.get("currency"), notes.get("lever") or {"followers": ()}
        relative = {
            one["input"]: one["by"]
            for one in lever["followers"]
            if one["rule"] in ("usual", "relative")
        }
        currency = Currency.from_notes(noted) if noted else PLAIN
        return cls(book, currency, notes.get("none", {}), relative)

    def of_row(
        self,
        inputs: Sequence[str],
        contributions: Sequence[float],
        base: float,
        values: Mapping[str, Any],
    ) -> Reasons:
        """The reasons of one row.

        Args:
            inputs, contributions: names, and what each adds to the margin.
            values: the row's features by name, those that are no inputs included.
        """
        known = {**values, **dict.fromkeys(self._gaps(values), math.nan)}
        return reasons(self.book, inputs, contributions, base, known, self.currency)

    def _gaps(self, values: Mapping[str, Any]) -> list[str]:
        """Those that stand for “there was none”, or for what no earlier row tells."""
        gaps = [name for name, value in self.none.items() if values.get(name) == value]
        gaps += [name for name, by in self.relative.items() if values.get(by) == 0]
        return [name for name in gaps if name in values]


def phrases_of(project: str) -> Phrasebook:
    """What the project's inputs say; where it wrote no phrases, each speaks for itself."""
    try:
        phrases: Phrasebook = load_part("project", project, "reasons").PHRASES
    except MissingPart:
        return Phrasebook(())
    return phrases
