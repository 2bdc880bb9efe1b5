"""What the images must be like, each of them and all together."""

from __future__ import annotations

import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of

IMAGES = "images"
BETWEEN = "ExpectColumnValuesToBeBetween"


def suite() -> list[Expectation]:
    return [
        quarantine(
            IMAGES,
            "image-readable",
            "Every pixel was read.",
            BETWEEN,
            max_share=0.01,
            column="not_finite",
            max_value=0,
        ),
        stop(
            IMAGES,
            "ink-in-range",
            "Ink lies between 0 and 16.",
            BETWEEN,
            column="largest",
            min_value=1,
            max_value=16,
        ),
        stop(
            IMAGES,
            "label-is-a-digit",
            "A label is a digit.",
            "ExpectColumnValuesToBeInSet",
            column="label",
            value_set=list(range(10)),
        ),
        stop(
            IMAGES,
            "numbers-unique",
            "No two images have one number.",
            "ExpectColumnValuesToBeUnique",
            column="number",
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """A row per image: smallest, largest and not_finite of its pixels, its number and label."""
    tensors = dataset.tensors
    helpers = {"number": tensors["number"], "label": tensors["label"]}
    return {IMAGES: tables_of(dataset)["image"].assign(**helpers)}
