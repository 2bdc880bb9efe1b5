"""Groups that nobody named."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic
from penstock.scratch.cluster.agglomerative import linkage
from penstock.scratch.cluster.dbscan import DBSCAN
from penstock.scratch.cluster.kmeans import KMeans


def moons() -> Array:
    """(240, 2): two bent groups and some noise."""
    random = np.random.default_rng(0)
    angle = random.uniform(0, np.pi, 220)
    side = np.arange(220) % 2
    x = np.where(side, 1 - np.cos(angle), np.cos(angle))
    y = np.where(side, 0.45 - np.sin(angle), np.sin(angle))
    bent = np.column_stack([x, y]) + 0.06 * random.normal(size=(220, 2))
    return np.vstack([bent, random.uniform([-1.3, -0.9], [2.3, 1.4], (20, 2))])


def figures() -> list[Figure]:
    rows = moons()
    return [
        _of("k-means", rows, KMeans(2, n_init=3, random_state=0).fit(rows).labels_,
            "Straight borders, halfway between centres."),
        _of("DBSCAN", rows, DBSCAN(0.2, 5).fit(rows).labels_, "Any form that is dense, and noise."),
        dendrogram(rows[:24]),
    ]  # fmt: skip


def _of(title: str, rows: Array, labels: Array, caption: str) -> Plane:
    names = {label: "noise" if label < 0 else f"group {label + 1}" for label in np.unique(labels)}
    points = {names[label]: rows[labels == label] for label in sorted(names, key=lambda one: -one)}
    return Plane(title, points=dict(sorted(points.items())), caption=caption, square=True)


def dendrogram(rows: Array) -> Plane:
    """Who joined whom, and at which distance."""
    table = linkage(rows, "average")
    size = len(rows)
    order = _leaves(table, 2 * size - 2, size)
    place = {leaf: float(rank) for rank, leaf in enumerate(order)}
    height = dict.fromkeys(range(size), 0.0)
    pen_up = np.full((1, 2), np.nan)
    strokes = []
    for step, (one, other, far, _) in enumerate(table):
        left, right = int(one), int(other)
        bracket = [(place[left], height[left]), (place[left], far)]
        bracket += [(place[right], far), (place[right], height[right])]
        strokes += [np.array(bracket), pen_up]
        place[size + step], height[size + step] = (place[left] + place[right]) / 2, float(far)
    return Plane(
        "A hierarchy of 24 rows",
        paths={"joins": np.concatenate(strokes)},
        y_label="distance",
        x_label="rows",
        caption="Cut at a height, and what hangs below are the groups.",
    )


def _leaves(table: Array, node: int, size: int) -> list[int]:
    if node < size:
        return [node]
    left, right = (int(one) for one in table[node - size, :2])
    return _leaves(table, left, size) + _leaves(table, right, size)


TOPIC = Topic(
    "Clusters",
    "What belongs together is a choice: near a centre, dense without a gap, or joined early.",
    [
        ("min Σ |x − c(x)|²", "k-means: each row to a centre, each centre to its rows' mean"),
        ("|N(x, ε)| ≥ m", "DBSCAN: a core; cores within ε are one group"),
        ("d(A ∪ B, C)", "a hierarchy follows from d(A, C), d(B, C) and d(A, B) (Lance, Williams)"),
    ],
    figures,
    ("C18", "C19", "C20"),
    [("retrieval/approximate.py", "items in cells around centres, so that few need comparing")],
    ["How many groups are there? Every index that claims to know prefers its own kind of group."],
)
