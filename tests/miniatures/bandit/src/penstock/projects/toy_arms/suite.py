"""What the machine must be like."""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import stop
from penstock.gates.inspection import tables_of

ARMS = "arms"


def suite() -> list[Expectation]:
    return [
        stop(
            ARMS,
            "mean-is-a-chance",
            "A lever pays with a chance between 0 and 1.",
            "ExpectColumnValuesToBeBetween",
            column="mean",
            min_value=0,
            max_value=1,
        ),
        stop(
            ARMS,
            "names-unique",
            "No two levers have one name.",
            "ExpectColumnValuesToBeUnique",
            column="name",
        ),
        stop(
            ARMS,
            "arms-enough",
            "There is something to choose.",
            "ExpectTableRowCountToBeBetween",
            min_value=2,
            max_value=100,
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """Table `arms`: a row per lever, with name and mean."""
    return tables_of(dataset)
