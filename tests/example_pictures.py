"""A report with pictures, as a task of images gives it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from penstock.pages.pictures import Counts, Illustrated, Picture, Sheet
from penstock.pages.report import ReportPage
from tests.example_report import example_page

NAMES = ["0", "1", "2"]
VALUES = np.array([[980.0, 0.0, 2.3333], [0.0, 1127.6667, 0.0], [7.0, 0.0, 1000.0]])
HISTORY = [
    {"split": split, "fold": fold, "epoch": epoch, "train_loss": 1 / (epoch + 1 + fold)}
    for split in ("validation", "test")
    for fold in range(2)
    for epoch in range(4)
]


def illustrated_page() -> ReportPage:
    """The example page with a table of confusions, nine pictures and curves of learning."""
    report = example_page().report
    pixels = np.arange(784).reshape(28, 28) % 256
    shown = {one.name: getattr(report, one.name) for one in fields(report)}
    pictures = [Picture(pixels, f"image {n}: <4 → 9>", "4 → 9") for n in range(3)]
    sheets = [
        Sheet("Worst mistakes of a", [("", pictures)], caption="What is shown."),
        Sheet("Filters of a", [("layer 1", pictures), ("layer 2", pictures)], kind="signed"),
    ]
    counts = [Counts("Confusions of a", NAMES, VALUES, "Rows are what an image shows.")]
    whole = Illustrated(**shown, counts=counts, sheets=sheets)
    return example_page(report=whole, histories={"forest": HISTORY})
