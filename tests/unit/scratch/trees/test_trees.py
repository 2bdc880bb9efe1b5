from __future__ import annotations

import numpy as np
import pytest
import sklearn.tree as theirs
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.drawing.regions import decisions
from penstock.scratch.errors import SettingError
from penstock.scratch.trees.decision_tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    questions,
)
from penstock.scratch.trees.impurity import entropy, gini, information_gain
from penstock.scratch.trees.tree import LEAF, Tree
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import alike, blobs, line, near, real
from tests.unit.scratch.against_torch import drawn, seeds


def by_depth(tree: Tree) -> list[tuple[float, ...]]:
    """Nodes from the root, left before right: feature, threshold, impurity and weight."""
    found: list[tuple[float, ...]] = []

    def visit(node: int) -> None:
        leaf = tree.feature[node] == LEAF
        asks = () if leaf else (float(tree.feature[node]), float(tree.threshold[node]))
        found.append((*asks, float(tree.impurity[node]), float(tree.weight[node])))
        if not leaf:
            visit(tree.left[node])
            visit(tree.right[node])

    visit(0)
    return found


def of_theirs(tree: object) -> list[tuple[float, ...]]:
    """The same of scikit-learn's, whose nodes stand in that order."""
    asks = zip(
        tree.feature, tree.threshold, tree.impurity, tree.weighted_n_node_samples, strict=True
    )
    return [(f, t, i, w) if f >= 0 else (i, w) for f, t, i, w in asks]


def same_splits(ours: Tree, other: object, tolerance: float = 1e-9) -> None:
    held("scikit-learn's splits", tolerance)
    one, two = by_depth(ours), of_theirs(other)
    assert [len(node) for node in one] == [len(node) for node in two]
    for mine, its in zip(one, two, strict=True):
        assert mine == pytest.approx(its, rel=tolerance, abs=tolerance)


@pytest.mark.curriculum("C07")
@drawn
@given(
    features=st.integers(1, 5),
    classes=st.integers(2, 4),
    depth=st.integers(1, 3),
    kind=st.sampled_from(["gini", "entropy"]),
    leaf=st.integers(5, 20),
    seed=seeds,
)
def test_a_tree_of_classes_asks_scikit_learns_questions(
    features: int, classes: int, depth: int, kind: str, leaf: int, seed: int
) -> None:
    x, y = blobs(seed, 300, features, classes)
    settings = {"criterion": kind, "max_depth": depth, "min_samples_leaf": leaf}
    ours = DecisionTreeClassifier(**settings).fit(x, y)
    other = theirs.DecisionTreeClassifier(**settings, random_state=0).fit(x, y)
    same_splits(ours.tree_, other.tree_)
    near(ours.predict_proba(x), other.predict_proba(x), "predict_proba", 1e-12)
    near(ours.feature_importances_, other.feature_importances_, "feature_importances_", 1e-9)


@pytest.mark.curriculum("C07")
@drawn
@given(features=st.integers(1, 5), depth=st.integers(1, 4), leaf=st.integers(5, 20), seed=seeds)
def test_a_tree_of_numbers_asks_scikit_learns_questions(
    features: int, depth: int, leaf: int, seed: int
) -> None:
    x, y = line(seed, 300, features)
    weight = np.random.default_rng(seed).uniform(0.1, 3, 300)
    settings = {"max_depth": depth, "min_samples_leaf": leaf}
    ours = DecisionTreeRegressor(**settings).fit(x, y, weight)
    other = theirs.DecisionTreeRegressor(**settings, random_state=0).fit(x, y, weight)
    same_splits(ours.tree_, other.tree_, 1e-7)


@pytest.mark.curriculum("C07")
def test_trees_of_real_rows_are_scikit_learns_and_whole_trees_know_every_row() -> None:
    x, y = real("digits")
    for kind in ("gini", "entropy"):
        settings = {"criterion": kind, "max_depth": 3}
        ours = DecisionTreeClassifier(**settings).fit(x, y)
        same_splits(ours.tree_, theirs.DecisionTreeClassifier(**settings).fit(x, y).tree_)
    whole = DecisionTreeClassifier().fit(x, y)
    assert whole.score(x, y) == 1 and whole.tree_.impurity[whole.tree_.leaves].max() == 0
    x, y = real("diabetes")
    alike(
        DecisionTreeRegressor(5),
        theirs.DecisionTreeRegressor(max_depth=5),
        x,
        y,
        told=("predict",),
        tolerance=1e-9,
    )
    assert DecisionTreeRegressor().fit(x, y).score(x, y) == 1


@pytest.mark.curriculum("C07")
def test_limits_hold_and_a_split_without_gain_is_taken_for_what_follows_it() -> None:
    x, y = real("breast_cancer")
    fitted = DecisionTreeClassifier(min_samples_split=40, min_samples_leaf=7).fit(x, y)
    leaves = np.bincount(fitted.apply(x))[fitted.tree_.leaves]
    assert leaves.min() >= 7 and fitted.get_n_leaves() == len(leaves)
    asked = fitted.tree_.weight[fitted.tree_.feature != LEAF]
    assert asked.min() >= 40
    apart = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
    odd = np.array([0, 1, 1, 0])
    assert DecisionTreeClassifier().fit(apart, odd).score(apart, odd) == 1
    assert DecisionTreeClassifier(max_depth=1).fit(apart, odd).get_depth() == 1


@pytest.mark.curriculum("C07")
def test_a_tree_reads_as_questions_and_draws_boundaries_along_the_axes() -> None:
    x, y = real("wine")
    fitted = DecisionTreeClassifier(max_depth=2).fit(x[:, [0, 6]], y)
    text = questions(fitted.tree_, ["alcohol", "flavanoids"])
    assert text.splitlines()[0] == "alcohol ≤ 12.780?" and text.count("→") == 4
    _, _, classes = decisions(fitted.predict, x[:, [0, 6]], 40)
    columns = (classes[:, 1:] != classes[:, :-1]).any(axis=0).sum()
    rows = (classes[1:] != classes[:-1]).any(axis=1).sum()
    assert set(np.unique(classes)) == {0, 1, 2} and 1 <= columns + rows <= 3


def test_few_features_a_node_are_drawn_by_the_seed_and_one_that_splits_is_found() -> None:
    x, y = blobs(0, 200, 6, 2)
    trees = [DecisionTreeClassifier(max_features=1, random_state=s).fit(x, y) for s in (0, 0, 1)]
    assert (trees[0].tree_.feature == trees[1].tree_.feature).all()
    assert not np.array_equal(trees[0].tree_.feature, trees[2].tree_.feature)
    lone = np.zeros((50, 9))
    lone[:, 4] = np.arange(50)
    assert DecisionTreeClassifier(max_features=1).fit(lone, lone[:, 4] > 20).get_n_leaves() == 2


@pytest.mark.curriculum("F18")
@drawn
@given(counts=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=2, max_size=4))
def test_information_gain_is_the_decrease_of_scikit_learns_entropy(
    counts: list[tuple[int, int]],
) -> None:
    left, right = np.array(counts).T
    x = np.repeat([0.0, 1.0], [left.sum(), right.sum()])[:, None]
    y = np.concatenate([np.repeat(np.arange(len(side)), side) for side in (left, right)])
    fitted = theirs.DecisionTreeClassifier(criterion="entropy", max_depth=1).fit(x, y).tree_
    share = fitted.weighted_n_node_samples / len(y)
    held("the decrease of scikit-learn's entropy", 1e-12)
    if fitted.node_count == 3:
        decrease = fitted.impurity @ (share * [1, -1, -1])
        assert information_gain(left + right, left, right) == pytest.approx(decrease, abs=1e-12)
    assert information_gain(left + right, left, right) >= -1e-12


@pytest.mark.curriculum("F18")
def test_impurities_and_gains_known_by_heart() -> None:
    assert entropy(np.array([0.5, 0.5])) == 1 and entropy(np.array([1.0, 0.0])) == 0
    assert gini(np.array([[0.5, 0.5], [1, 0]])).tolist() == [0.5, 0]
    whole = np.array([9, 5])  # tennis: Quinlan 1986, section 4
    sunny, overcast, rain = np.array([2, 3]), np.array([4, 0]), np.array([3, 2])
    assert information_gain(whole, sunny, overcast, rain) == pytest.approx(0.246, abs=1e-3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_depth": 0}, "'max_depth' parameter of DecisionTreeClassifier"),
        ({"min_samples_split": 1}, "rows from 2"),
        ({"min_samples_leaf": 0}, "rows from 1"),
        ({"max_features": "root"}, "'sqrt', 'log2'"),
        ({"max_features": 1.5}, "share above 0 up to 1"),
        ({"criterion": "giny"}, "'gini' or 'entropy'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, object], said: str) -> None:
    x, y = blobs(0, 20, 2, 2)
    with pytest.raises(SettingError, match=said):
        DecisionTreeClassifier(**settings).fit(x, y)
