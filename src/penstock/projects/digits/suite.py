"""What the images must be like before anybody learns from them, each of them and all together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Expectation
from penstock.core.dataset import Dataset
from penstock.gates.expect import quarantine, stop
from penstock.gates.inspection import tables_of

IMAGES, JUDGED, SHARES, CLASSES = "images", "judged", "shares", "classes"
BETWEEN = "ExpectColumnValuesToBeBetween"
UNIQUE = "ExpectColumnValuesToBeUnique"
ROWS = "ExpectTableRowCountToBeBetween"
MEAN = "ExpectColumnMeanToBeBetween"


def suite() -> list[Expectation]:
    """16 expectations, beside the three that come of the schema."""
    return [*_of_an_image(), *_of_all(), *_of_classes()]


def _of_an_image() -> list[Expectation]:
    return [
        quarantine(
            IMAGES,
            "not-blank",
            "Some pixel of an image is dark.",
            BETWEEN,
            column="largest",
            min_value=32,
        ),
        quarantine(
            IMAGES,
            "not-flat",
            "The darkest and the lightest pixel of an image differ by 32 or more.",
            BETWEEN,
            column="contrast",
            min_value=32,
        ),
        quarantine(
            IMAGES,
            "ink-plausible",
            "The mean of an image's pixels lies between 0.5 and 240.",
            BETWEEN,
            column="ink",
            min_value=0.5,
            max_value=240,
        ),
        stop(
            IMAGES,
            "label-known",
            "A label is the number of a class.",
            "ExpectColumnValuesToNotBeNull",
            column="class",
        ),
        stop(
            IMAGES,
            "part-known",
            "An image is to learn from (0) or to be judged on (1).",
            "ExpectColumnValuesToBeInSet",
            column="part",
            value_set=[0, 1],
        ),
        stop(IMAGES, "numbers-unique", "No two images have one number.", UNIQUE, column="number"),
    ]


def _of_all() -> list[Expectation]:
    return [
        stop(
            IMAGES,
            "images-enough",
            "There are 500 to a million images.",
            ROWS,
            min_value=500,
            max_value=1_000_000,
        ),
        stop(
            JUDGED,
            "judged-enough",
            "At least 100 of them are to be judged on.",
            ROWS,
            min_value=100,
        ),
        stop(
            JUDGED,
            "judged-unseen",
            "At most 0.001 of the judged images are, pixel by pixel, among those learnt from.",
            MEAN,
            column="seen",
            max_value=0.001,
        ),
        stop(
            IMAGES,
            "few-repeats",
            "At most 0.01 of the images repeat an earlier one, pixel by pixel.",
            MEAN,
            column="repeats",
            max_value=0.01,
        ),
        stop(
            IMAGES,
            "mean-ink",
            "The mean pixel lies between 10 and 130.",
            MEAN,
            column="ink",
            min_value=10,
            max_value=130,
        ),
        stop(
            IMAGES,
            "right-way-round",
            "The outermost pixels are paper, not ink: their mean is at most 64.",
            MEAN,
            column="edge",
            max_value=64,
        ),
    ]


def _of_classes() -> list[Expectation]:
    return [
        stop(
            CLASSES,
            "classes-numbered",
            "Classes are numbered 0, 1 … without a gap.",
            BETWEEN,
            column="off",
            min_value=0,
            max_value=0,
        ),
        stop(CLASSES, "class-names-unique", "No two classes share a name.", UNIQUE, column="name"),
        stop(
            SHARES,
            "every-class-there",
            "Every class makes up 0.02 or more of each part.",
            BETWEEN,
            column="share",
            min_value=0.02,
        ),
        stop(
            SHARES,
            "parts-alike",
            "A class makes up as much of both parts, but for 0.05.",
            BETWEEN,
            column="apart",
            max_value=0.05,
        ),
    ]


def inspect(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """What the expectations look at.

    `images`: of each its number, label, part, class (by name, null for none), smallest and largest
    pixel, contrast, ink (mean pixel), edge (mean of the outermost pixels), repeats (1.0 where it is
    an earlier one again). `judged`: those of part 1, seen (1.0 where one of part 0 is the same).
    `shares`: of each class and part its share of the part, and how far apart the parts are.
    `classes`: off, how far a label is from its place.
    """
    tensors, classes = dataset.tensors, dataset.tables[CLASSES]
    pixels = tensors["image"].reshape(len(tensors["image"]), -1)
    known = dict(zip(classes["label"], classes["name"], strict=True))
    key = _key(pixels)
    images = tables_of(dataset)["image"].assign(
        **{name: tensors[name] for name in ("number", "label", "part")},
        **{"class": pd.Series(tensors["label"]).map(known)},
        contrast=lambda rows: rows["largest"].astype(int) - rows["smallest"],
        ink=pixels.mean(axis=1, dtype=np.float64),
        edge=_edge(tensors["image"]),
        repeats=pd.Series(key).duplicated().astype("float64"),
    )
    judged = tensors["part"] == 1
    seen = np.isin(key[judged], key[tensors["part"] == 0]).astype(np.float64)
    return {
        IMAGES: images,
        JUDGED: images[judged].reset_index(drop=True).assign(seen=seen),
        SHARES: _shares(images, classes),
        CLASSES: classes.assign(off=classes["label"] - np.arange(len(classes))),
    }


def _key(pixels: Array) -> Array:
    """A number for each image that two share when all of their pixels are the same."""
    words = np.ascontiguousarray(np.pad(pixels, ((0, 0), (0, -pixels.shape[1] % 8))))
    odd = np.random.default_rng(0).integers(0, 2**63, words.shape[1] // 8, dtype=np.uint64) | 1
    key: Array = (words.view(np.uint64) * odd).sum(axis=1, dtype=np.uint64)
    return key


def _edge(image: Array) -> Array:
    sides = [image[:, 0], image[:, -1], image[:, :, 0], image[:, :, -1]]
    mean: Array = np.concatenate(sides, axis=1).mean(axis=1, dtype=np.float64)
    return mean


def _shares(images: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    shares = pd.crosstab(images["label"], images["part"], normalize="columns")
    shares = shares.reindex(index=classes["label"], columns=[0, 1], fill_value=0.0)
    apart = (shares[0] - shares[1]).abs()
    told = [
        pd.DataFrame({"class": classes["name"], "part": part, "share": shares[part].to_numpy(),
                      "apart": apart.to_numpy()})
        for part in (0, 1)
    ]  # fmt: skip
    return pd.concat(told, ignore_index=True)
