"""What libraries grow, as arrays: what was pruned is gone, thresholds decide as they did."""

from __future__ import annotations

import numpy as np
import xgboost
from sklearn.tree import DecisionTreeClassifier

from penstock.scoring.tree_arrays import LEAF, Trees, of_booster, of_estimators

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(600, 4)).astype(np.float32)
LABELS = (ROWS[:, 0] * ROWS[:, 1] + RANDOM.normal(size=600) > 0.5).astype(int)


def margins(trees: Trees, rows: np.ndarray) -> np.ndarray:
    """Every row walked down every tree, the plain way."""
    found = np.full(len(rows), trees.base)
    for place, row in enumerate(rows):
        for start in trees.first[:-1]:
            node = start
            while trees.left[node] != LEAF:
                value = row[trees.feature[node]]
                below = value < trees.threshold[node] or (
                    not trees.strict and value == trees.threshold[node]
                )
                left = trees.missing_left[node] if np.isnan(value) else below
                node = start + (trees.left if left else trees.right)[node]
            found[place] += trees.value[node]
    return found


def test_a_pruned_booster_keeps_no_node_that_nothing_leads_to() -> None:
    terms = {"objective": "binary:logistic", "tree_method": "exact", "gamma": 3.0, "max_depth": 5}
    booster = xgboost.train(terms | {"base_score": 0.2}, xgboost.DMatrix(ROWS, LABELS), 6)

    trees = of_booster(booster)

    for tree in range(len(trees)):
        nodes = slice(trees.first[tree], trees.first[tree + 1])
        inner = trees.left[nodes] != LEAF
        reached = [*trees.left[nodes][inner], *trees.right[nodes][inner]]
        assert sorted(reached) == list(range(1, len(inner)))
    rows = ROWS[:50].copy()
    rows[::3, 0] = np.nan
    expected = booster.predict(xgboost.DMatrix(rows), output_margin=True)
    assert np.allclose(margins(trees, rows), expected, atol=1e-5)


def test_a_threshold_between_two_float32_decides_as_in_double_precision() -> None:
    step = np.float32(2.0**-23)
    near = np.float32(1) + step * np.arange(4, dtype=np.float32)
    tree = DecisionTreeClassifier().fit(near[[0, 3], None], [0, 1])
    threshold = float(tree.tree_.threshold[0])
    assert float(near[1]) < threshold < float(near[2]) == float(np.float32(threshold))

    trees = of_estimators([tree])

    assert margins(trees, near[:, None]).tolist() == tree.predict(near[:, None]).tolist()
