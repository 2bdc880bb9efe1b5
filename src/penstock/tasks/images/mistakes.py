"""What is taken for what, and the images that fool the candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Signature
from penstock.core.dataset import Dataset
from penstock.pages.pictures import Counts, Picture, Sheet
from penstock.tasks.images.measures import chances_of

SHOWN = 24
MOST = 0.5  # of the candidates; two at least


def confusion(name: str, rows: pd.DataFrame, classes: Sequence[str]) -> Counts:
    """How often each class is told as each, the mean over the seeds."""
    told = chances_of(rows).argmax(axis=1)
    place = rows["label"].to_numpy(np.int64) * len(classes) + told
    counts = np.bincount(place, minlength=len(classes) ** 2).reshape(len(classes), len(classes))
    seeds = rows["fold"].nunique()
    return Counts(
        title=f"Confusions of {name}",
        names=classes,
        values=counts / seeds,
        caption="Rows are what an image shows, columns what it is told to be"
        + (f"; counts are the mean of {seeds} seeds." if seeds > 1 else "."),
    )


def worst(name: str, told: pd.DataFrame, dataset: Dataset) -> Sheet:
    """The images that the candidate is surest of and wrong about."""
    wrong = told[told["told"] != told["label"]]
    first = wrong.sort_values(["of_label", "row_id"]).head(SHOWN)
    classes = dataset.notes["classes"]
    captions = [
        f"{classes[label]} → {classes[said]} · {sure * 100:.0f} %"
        for label, said, sure in zip(first["label"], first["told"], first["sure"], strict=True)
    ]
    pictures = _pictures(dataset, first["row_id"].tolist(), captions)
    return Sheet(
        title=f"Worst mistakes of {name}",
        rows=[("", pictures)],
        caption=f"The mean of the seeds is wrong about {len(wrong):,} of {len(told):,} images. "
        "What is shown → what is told, with the chance given to it; the least chance of the right "
        "class first.",
        wide=84,
    )


def missed_by_most(told: Mapping[str, pd.DataFrame], dataset: Dataset) -> list[Sheet]:
    """The images that most candidates are wrong about; none where there are fewer than two."""
    if len(told) < 2:
        return []
    wrong = pd.DataFrame(
        {
            name: pd.Series((one["told"] != one["label"]).to_numpy(int), index=one["row_id"])
            for name, one in told.items()
        }
    )
    missed = wrong.sum(axis=1)
    hard = missed[missed >= max(2, MOST * len(told))].sort_values(ascending=False, kind="stable")
    if hard.empty:
        return []
    shown, classes = hard.head(SHOWN), dataset.notes["classes"]
    label = next(iter(told.values())).set_index("row_id")["label"]
    captions = [
        f"{classes[label.loc[number]]} · {times} of {len(told)}"
        for number, times in zip(shown.index, shown, strict=True)
    ]
    pictures = _pictures(dataset, shown.index.tolist(), captions)
    return [
        Sheet(
            title="Missed by most",
            rows=[("", pictures)],
            caption=f"{len(hard):,} images are told wrongly by half of the {len(told)} candidates "
            "or more: what is shown, and how many miss it.",
            wide=84,
        )
    ]


def pixels_of(dataset: Dataset, numbers: Sequence[int]) -> Array:
    """The images of these numbers, uint8 (n, height, width), their channels averaged."""
    roles = Signature.from_notes(dataset.notes["signature"]).roles
    place = pd.Index(dataset.tensors[roles["id"]]).get_indexer(numbers)
    images = dataset.tensors[roles["image"]][place]
    grey: Array = images[:, 0] if images.shape[1] == 1 else images.mean(axis=1)
    return grey


def _pictures(dataset: Dataset, numbers: Sequence[int], captions: Sequence[str]) -> list[Picture]:
    drawn = zip(numbers, pixels_of(dataset, numbers), captions, strict=True)
    return [Picture(pixels, f"image {n}: {caption}", caption) for n, pixels, caption in drawn]
