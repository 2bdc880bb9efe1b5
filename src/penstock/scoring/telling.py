"""Explanations in words, by the phrases of the project whose rows they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.core.workspace import MissingPart, load_part
from penstock.scoring.contributions import Contributions
from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Phrasebook
from penstock.scoring.reasons import Reasons, reasons, would_pass

PLAIN = Currency()


def currency_of(dataset: Dataset) -> Currency:
    """What amounts are counted in, where the features say so."""
    noted = dataset.notes.get("currency")
    return Currency.from_notes(noted) if noted else PLAIN


def phrases_of(project: str) -> Phrasebook:
    """What the project's inputs say; where it wrote no phrases, each speaks for itself."""
    try:
        phrases: Phrasebook = load_part("project", project, "reasons").PHRASES
    except MissingPart:
        return Phrasebook(())
    return phrases


def told(book: Phrasebook, explanations: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """`explanations` with words for its alerts, empty for the other rows.

    Adds `time`, `amount` (empty where no column plays that role), `reasons` and `would_pass`.

    Args:
        explanations: what `explain` of the classification task gave.
        dataset: the features that the rows are of.
    """
    currency = currency_of(dataset)
    roles = Signature.from_notes(dataset.notes["signature"]).roles
    alerts = np.flatnonzero(explanations["part"] == "alert")
    shown = explanations.iloc[alerts]
    shares = Contributions.of_frame(shown)
    rows = rows_of(dataset, shown["row_id"])
    words: list[dict[str, str]] = []
    for place, (found, row) in enumerate(zip(_records(shown), _records(rows), strict=True)):
        said = said_of(book, shares, place, row, dataset)
        words.append(
            {
                "time": in_minutes(row[roles["time"]]),
                "amount": currency.say(row[roles["amount"]]) if "amount" in roles else "",
                "reasons": said.in_words(),
                "would_pass": would_pass(found["passes_from"], found["passes_below"], currency),
            }
        )
    filled = pd.DataFrame(words, columns=["time", "amount", "reasons", "would_pass"])
    filled.index = explanations.index[alerts]
    return explanations.join(filled).fillna(dict.fromkeys(filled, ""))


def said_of(
    book: Phrasebook, shares: Contributions, place: int, row: Mapping[str, Any], dataset: Dataset
) -> Reasons:
    """The reasons of one row.

    Args:
        place: of the row among the `shares`.
        row: its features.
    """
    values, own = _with_gaps(row, dataset), shares.values[place].tolist()
    return reasons(book, shares.inputs, own, shares.base, values, currency_of(dataset))


def rows_of(dataset: Dataset, row_ids: pd.Series) -> pd.DataFrame:
    """The features of rows by their ids, in the order of `row_ids`."""
    features: pd.DataFrame = dataset.tables["features"]
    key = Signature.from_notes(dataset.notes["signature"]).roles["id"]
    place = pd.Index(features[key]).get_indexer(row_ids)
    assert (place >= 0).all(), "explanations are of rows that the features hold"
    found: pd.DataFrame = features.iloc[place]
    return found


def _with_gaps(values: Mapping[str, Any], dataset: Dataset) -> dict[str, Any]:
    """NaN for values that stand for “there was none”, or for what no earlier row tells."""
    none, lever = dataset.notes.get("none", {}), dataset.notes.get("lever", {"followers": ()})
    gaps = {name for name, value in none.items() if values.get(name) == value}
    for one in lever["followers"]:
        if one["rule"] in ("usual", "relative") and values.get(one["by"]) == 0:
            gaps.add(one["input"])
    return {**values, **dict.fromkeys(gaps & values.keys(), float("nan"))}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], frame.to_dict("records"))


def in_minutes(moment: Any) -> str:
    """A moment as people write it: to the minute, or as the plain number that it is."""
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, pd.Timestamp) else f"{moment:g}"
