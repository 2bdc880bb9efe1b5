"""Tables of the leading split: seeds, distances, what was learnt by heart, what a code keeps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Grid
from penstock.tasks.images.measures import chances_of, folds_of
from penstock.tasks.resampling import draw

DRAWS, SEED = 200, 0  # of the intervals of differences, which no choice hangs on


def seeds(rows: Mapping[str, pd.DataFrame]) -> Grid:
    """Accuracy of each fit, and their mean with the deviation; no rows where there is one fit."""
    found = {
        name: [float(one.correct.mean()) for one in folds_of(one)] for name, one in rows.items()
    }
    most = max(len(values) for values in found.values())
    body = []
    for name, values in found.items():
        each = [
            f"{values[place] * 100:.2f} %" if place < len(values) else "—" for place in range(most)
        ]
        spread = np.std(values, ddof=1) if len(values) > 1 else 0.0
        body.append([name, f"{np.mean(values) * 100:.2f} %", f"± {spread * 100:.2f}", *each])
    return Grid(
        title="Seeds",
        columns=["candidate", "mean accuracy", "deviation", *(f"seed {n}" for n in range(most))],
        rows=body if most > 1 else [],
        caption="Fits that differ in their seed alone; the deviation is theirs, in points.",
    )


def apart(rows: Mapping[str, pd.DataFrame], leader: str) -> Grid:
    """How far each candidate is from the leader, judged on the same resamples of images."""
    right = {name: _right(one) for name, one in rows.items()}
    others = [name for name in rows if name != leader]
    draws = draw(np.random.default_rng(SEED), len(right[leader]), DRAWS) / len(right[leader])
    body = []
    for name in others:
        gap = right[name] - right[leader]
        low, high = np.quantile(gap @ draws, [0.025, 0.975]) * 100
        body.append([name, f"{gap.mean() * 100:+.2f}", f"{low:+.2f} – {high:+.2f}"])
    return Grid(
        title=f"Distance from {leader}",
        columns=["candidate", "points of accuracy", "95 % interval"],
        rows=[[one.replace("-", "−") if place else one for place, one in enumerate(row)]
              for row in body],
        caption="Each image counts as the share of seeds that tell it rightly; both candidates are "
        "judged on the same resamples of images. An interval on one side of 0 settles the order.",
    )  # fmt: skip


def by_heart(rows: Mapping[str, pd.DataFrame], shown: Mapping[str, pd.DataFrame]) -> Grid:
    """Accuracy on images that were learnt from beside that on the judged ones."""
    body = []
    for name, one in rows.items():
        told = figure(shown.get(name), "by_heart")
        if told is not None:
            judged = float(folds_of(one)[0].correct.mean())
            gap = f"{(told - judged) * 100:.2f}"
            body.append(
                [name, f"{told * 100:.2f} %", f"{judged * 100:.2f} %", gap.replace("-", "−")]
            )
    return Grid(
        title="Learnt, or learnt by heart",
        columns=["candidate", "images learnt from", "images judged", "gap in points"],
        rows=body,
        caption="Accuracy of the first seed's fit. What keeps a net from learning by heart "
        "(dropout, penalties, augmentation, fewer weights) narrows the gap.",
    )


def rebuilt(shown: Mapping[str, pd.DataFrame]) -> list[Grid]:
    """What is left of an image in a code, and how well noise is taken off."""
    code, noise = [], []
    for name, one in shown.items():
        ours, components = figure(one, "rebuilt"), figure(one, "pca")
        if ours is not None and components is not None:
            code.append([name, f"{ours:.5f}", f"{components:.5f}", f"{ours / components:.2f}"])
        taken = [figure(one, kind) for kind in ("noisy", "denoised", "median")]
        if None not in taken:
            noise.append([name, *(f"{value:.2f}" for value in taken)])
    return [
        Grid(
            title="Out of a code",
            columns=["candidate", "squared error", "principal components", "ratio"],
            rows=code,
            caption="Mean squared error of judged images, pixels from 0 to 1, beside as many "
            "principal components as the code has numbers.",
        ),
        Grid(
            title="Noise taken off",
            columns=["candidate", "noisy, dB", "cleaned, dB", "3 × 3 median, dB"],
            rows=noise,
            caption="Mean peak signal-to-noise ratio of judged images; more is better.",
        ),
    ]


def figure(shown: pd.DataFrame | None, kind: str) -> float | None:
    """The figure of that kind among what a candidate shows, if it is there."""
    if shown is None:
        return None
    found = shown.loc[shown["kind"] == kind, "value"]
    return float(found.iloc[0]) if len(found) else None


def _right(rows: pd.DataFrame) -> Array:
    """Of each image the share of seeds that tell it rightly, in the order of their numbers."""
    right = pd.Series(chances_of(rows).argmax(axis=1) == rows["label"].to_numpy())
    share: Array = right.groupby(rows["row_id"].to_numpy()).mean().to_numpy(np.float64)
    return share
