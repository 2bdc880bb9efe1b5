"""What a report may show beside charts and tables: pictures, and a table of counts as a picture."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from penstock.core.contracts import Array, Report
from penstock.pages.png import png

# Signed values: the two ends of a scale that all kinds of sight tell apart, nothing in between.
BELOW, ABOVE = (5, 112, 176), (217, 95, 2)
INK = (0, 0, 0)


@dataclass(frozen=True)
class Picture:
    """An array as pixels.

    Attributes:
        pixels: (height, width); of a `Sheet` of kind ink 0 (nothing) to 255.
        caption: a few words below it.
        says: what is read aloud in its place.
    """

    pixels: Array
    says: str
    caption: str = ""


@dataclass(frozen=True)
class Sheet:
    """Pictures side by side.

    Attributes:
        rows: of pictures, each row with a heading, maybe empty.
        kind: `ink` is shown as it is; `signed` on a scale of two colours about 0, each picture up
            to its own largest size; `heat` from its own smallest value to its own largest.
        wide: how wide a picture is on the screen, in its pixels.
    """

    title: str
    rows: Sequence[tuple[str, Sequence[Picture]]]
    kind: Literal["ink", "signed", "heat"] = "ink"
    caption: str = ""
    wide: int = 56


@dataclass(frozen=True)
class Counts:
    """A square table of counts, right ones on the diagonal.

    Attributes:
        names: of the classes.
        values: (true, told), of any size: their mean over the seeds.
    """

    title: str
    names: Sequence[str]
    values: Array
    caption: str = ""


@dataclass(frozen=True)
class Illustrated(Report):
    """A report with pictures."""

    counts: Sequence[Counts] = ()
    sheets: Sequence[Sheet] = field(default=())


def address(pixels: Array, kind: str) -> str:
    """The picture as a `data:` address. Where nothing is, the page shows through."""
    values = np.asarray(pixels, dtype=np.float64)
    if kind == "signed":
        strength = np.abs(values) / (np.abs(values).max() or 1.0)
        colour = np.where((values < 0)[..., None], np.array(BELOW), np.array(ABOVE))
    else:
        if kind == "heat":
            low, high = values.min(), values.max()
            values = (values - low) / ((high - low) or 1.0) * 255
        strength = np.clip(values, 0, 255) / 255
        colour = np.broadcast_to(np.array(INK), (*values.shape, 3))
    alpha = np.rint(strength * 255)[..., None]
    data = png(np.concatenate([colour, alpha], axis=2).astype(np.uint8))
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"
