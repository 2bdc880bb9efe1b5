"""Explanations in words, by the phrases of the project whose rows they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.scoring.contributions import Contributions
from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Phrasebook
from penstock.scoring.reasons import Reasons, would_pass
from penstock.scoring.wording import Wording

NO_PHRASES = Phrasebook(())


def currency_of(dataset: Dataset) -> Currency:
    """What amounts are counted in, where the features say so."""
    return Wording.from_notes(NO_PHRASES, dataset.notes).currency


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
    wording = Wording.from_notes(book, dataset.notes)
    return wording.of_row(shares.inputs, shares.values[place].tolist(), shares.base, row)


def rows_of(dataset: Dataset, row_ids: pd.Series) -> pd.DataFrame:
    """The features of rows by their ids, in the order of `row_ids`."""
    features: pd.DataFrame = dataset.tables["features"]
    key = Signature.from_notes(dataset.notes["signature"]).roles["id"]
    place = pd.Index(features[key]).get_indexer(row_ids)
    assert (place >= 0).all(), "explanations are of rows that the features hold"
    found: pd.DataFrame = features.iloc[place]
    return found


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], frame.to_dict("records"))


def in_minutes(moment: Any) -> str:
    """A moment as people write it: to the minute, or as the plain number that it is."""
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, pd.Timestamp) else f"{moment:g}"
