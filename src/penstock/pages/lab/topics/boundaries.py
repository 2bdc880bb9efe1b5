"""Who would call what where."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.pages.lab.plane import Plane, regions
from penstock.pages.lab.topic import Figure, Topic
from penstock.pages.lab.topics.clusters import moons
from penstock.scratch.drawing.regions import decisions
from penstock.scratch.ensemble.forest import RandomForestClassifier
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.neighbors.knn import KNeighborsClassifier
from penstock.scratch.svm.svc import SVC
from penstock.scratch.trees.decision_tree import DecisionTreeClassifier

MODELS = {
    "Logistic regression": LogisticRegression(),
    "Decision tree": DecisionTreeClassifier(max_depth=4),
    "Random forest": RandomForestClassifier(n_estimators=30, random_state=0),
    "5 nearest neighbours": KNeighborsClassifier(5),
    "Support vectors, RBF": SVC(gamma=2.0),
}


def figures() -> list[Figure]:
    rows = moons()[:220]
    label = np.arange(220) % 2
    return [_of(name, model, rows, label) for name, model in MODELS.items()]


def _of(title: str, model: Any, rows: np.ndarray, label: np.ndarray) -> Plane:
    fitted = model.fit(rows, label)
    x, y, told = decisions(lambda places: np.asarray(fitted.predict(places)), rows, 60)
    return Plane(
        title,
        points={str(one): rows[label == one] for one in (0, 1)},
        fields=regions(x, y, told),
        caption=f"Right on {fitted.score(rows, label):.0%} of the rows it was fitted on.",
        square=True,
    )


TOPIC = Topic(
    "Decision boundaries",
    "The same rows, five ways to cut the plane. What a model can draw is what it can learn.",
    [
        ("σ(w·x + b)", "logistic regression: one straight line"),
        ("x₁ ≤ t", "a tree: steps along the axes; a forest: the mean of many such"),
        ("majority of the k nearest", "no line at all, only rows"),
        ("Σ αᵢ yᵢ K(xᵢ, x) + b", "support vectors: bumps around the rows that matter"),
    ],
    figures,
    ("C04", "C06", "C07", "C09", "C15", "C16", "N13"),
    [
        ("models/classification/forest.py", "a candidate of fraud and creditcard"),
        ("models/classification/logistic.py", "the baseline that others have to beat"),
    ],
    ["In thirty dimensions no picture helps: which of these shapes is the data's?"],
)
