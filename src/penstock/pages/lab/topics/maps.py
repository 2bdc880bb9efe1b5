"""Digits on a plane."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic
from penstock.scratch.embed.pca import PCA
from penstock.scratch.embed.tsne import TSNE, trustworthiness

ROWS = 400


def figures() -> list[Figure]:
    from sklearn.datasets import load_digits

    data = load_digits()
    rows, digit = data.data[:ROWS], data.target[:ROWS]
    flat, near = PCA(2).fit_transform(rows), TSNE(perplexity=25, max_iter=500).fit_transform(rows)
    return [_map("Principal components", rows, flat, digit), _map("t-SNE", rows, near, digit)]


def _map(title: str, rows: Array, place: Array, digit: Array) -> Plane:
    kept = trustworthiness(rows, place)
    return Plane(
        f"{title} of {ROWS} digits",
        points={str(one): place[digit == one] for one in np.unique(digit)},
        caption=f"Trustworthiness {kept:.3f}: neighbours here that are neighbours there.",
        bare=True,
        written=True,
    )


TOPIC = Topic(
    "Maps of many dimensions",
    "64 pixels do not fit on paper. One map keeps the widest directions, one neighbours.",
    [
        ("max |X w|², |w| = 1", "the first component; then the widest orthogonal to it"),
        ("pᵢⱼ ∝ exp(−|xᵢ − xⱼ|² / 2σᵢ²)", "neighbours among the rows, as many for each"),
        ("qᵢⱼ ∝ 1 / (1 + |yᵢ − yⱼ|²)", "neighbours on the map; minimise KL(P ‖ Q)"),
    ],
    figures,
    ("F07", "C21"),
    [
        (
            "models/classification/autoencoder.py",
            "a bent version of principal components, for oddness",
        )
    ],
    ["Distances between groups on such a map mean little, and everybody reads them."],
)
