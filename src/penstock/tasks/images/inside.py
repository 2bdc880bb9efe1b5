"""What candidates show of themselves: filters, feature maps, augmented and rebuilt images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np
import pandas as pd

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.pages.pictures import Picture, Sheet
from penstock.tasks.images.mistakes import pixels_of
from penstock.tasks.images.tables import figure

FILTERED = 6  # candidates whose filters are drawn


def inside(shown: Mapping[str, pd.DataFrame], dataset: Dataset) -> list[Sheet]:
    """Sheets of pictures.

    Args:
        shown: what candidates left, the best one first.
    """
    filtered = [name for name, one in shown.items() if (one["kind"] == "filter").any()]
    sheets = [_filters(name, shown[name]) for name in filtered[:FILTERED]]
    for kind, draw in (("map", _maps), ("augmented", _augmented)):
        best = next((name for name, one in shown.items() if (one["kind"] == kind).any()), None)
        if best is not None:
            sheets.append(draw(best, shown[best], dataset))
    for name, one in shown.items():
        if (one["kind"] == "rebuilt").any():
            sheets.append(_rebuilt(name, one, dataset))
    return sheets


def _filters(name: str, shown: pd.DataFrame) -> Sheet:
    layers = shown[shown["kind"] == "filter"]
    rows = [
        (
            str(layer),
            [Picture(pixels, f"{layer}, filter {place}") for place, _, pixels in _drawn(of)],
        )
        for layer, of in layers.groupby("layer", sort=False)
    ]
    return Sheet(
        title=f"Filters of {name}",
        rows=rows,
        kind="signed",
        caption="Weights as they were learnt: orange looks for ink, blue for paper, each filter up "
        "to its own largest weight.",
    )


def _maps(name: str, shown: pd.DataFrame, dataset: Dataset) -> Sheet:
    rows = []
    of_kind = shown[shown["kind"] == "map"]
    for number in of_kind["row_id"].unique().tolist():
        of_image = of_kind[of_kind["row_id"] == number]
        rows.append((f"image {number}", [Picture(pixels_of(dataset, [number])[0], "the image")]))
        for layer, of in of_image.groupby("layer", sort=False):
            maps = [Picture(p, f"{layer}, channel {place}") for place, _, p in _drawn(of)]
            rows.append((f"{layer}", maps))
    return Sheet(
        title=f"What the layers of {name} see",
        rows=rows,
        kind="heat",
        caption="Activations by layer, the first channels of each: what is strong stands out.",
    )


def _augmented(name: str, shown: pd.DataFrame, dataset: Dataset) -> Sheet:
    rows = []
    for number, of in shown[shown["kind"] == "augmented"].groupby("row_id", sort=False):
        seen = [
            Picture(pixels, f"image {number}, drawn {place}" if place else f"image {number}")
            for place, _, pixels in _drawn(of)
        ]
        rows.append(("", seen))
    return Sheet(
        title=f"Augmentation, as {name} saw it",
        rows=rows,
        caption="Images learnt from as they are, on the left, and as training may draw them.",
    )


def _rebuilt(name: str, shown: pd.DataFrame, dataset: Dataset) -> Sheet:
    numbers = shown.loc[shown["kind"] == "rebuilt", "row_id"].tolist()
    originals = pixels_of(dataset, numbers)
    rows = [
        ("as they are", [Picture(p, f"image {n}") for n, p in zip(numbers, originals, strict=True)])
    ]
    for kind, words in (
        ("rebuilt", "out of the code"),
        ("pca", "principal components"),
        ("noisy", "with noise"),
        ("denoised", "cleaned"),
        ("median", "3 × 3 median"),
    ):
        of = shown[shown["kind"] == kind]
        if len(of):
            made = [Picture(p, f"image {n}, {words}") for _, n, p in _drawn(of)]
            value = figure(shown, kind)
            rows.append((f"{words}: {value:.4g}", made))
    return Sheet(
        title=f"Images through {name}",
        rows=rows,
        caption="Figures: mean squared error of all judged images, pixels from 0 to 1; with noise, "
        "the signal-to-noise ratio in dB.",
    )


def _drawn(rows: pd.DataFrame) -> Iterator[tuple[int, int, Array]]:
    """place, row_id and pixels of each picture."""
    for one in cast(list[dict[str, Any]], rows.to_dict("records")):
        pixels = np.frombuffer(one["pixels"], "<f4").reshape(one["height"], one["width"])
        yield one["place"], one["row_id"], pixels
