from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.trees.binning import Bins
from penstock.scratch.trees.newton import NewtonLimits, grow_newton
from penstock.scratch.trees.tree import LEAF, Tree
from tests.unit.scratch.against_sklearn import line
from tests.unit.scratch.against_torch import drawn, seeds


def grown(
    x: np.ndarray, y: np.ndarray, bins: int | None = None, depth: int = 4, gain: float = 0.0
) -> Tree:
    """A tree for squared error from 0: slope -y, curve 1."""
    x = x.astype(np.float32)
    limits = NewtonLimits(depth, 1.0, gain, 1.0)
    every = np.arange(len(x))
    features = np.arange(x.shape[1])
    return grow_newton(Bins.of(x, bins), -y, np.ones(len(y)), limits, features, every)


@drawn
@given(rows=st.integers(5, 80), bins=st.sampled_from([None, 2, 7, 256]), seed=seeds)
def test_a_leaf_answers_minus_g_over_h_plus_lambda_of_its_rows(
    rows: int, bins: int | None, seed: int
) -> None:
    x, y = line(seed, rows, 3)
    tree = grown(x, y, bins)
    leaf = tree.apply(x)
    for one in np.unique(leaf):
        here = y[leaf == one]
        assert tree.value[one, 0] == pytest.approx(here.sum() / (len(here) + 1), rel=1e-9)
        assert tree.weight[one] == pytest.approx(len(here))


@drawn
@given(gain=st.floats(1, 60), seed=seeds)
def test_pruning_takes_back_what_brings_little_unless_more_follows(gain: float, seed: int) -> None:
    x, y = line(seed, 60, 2)
    whole, pruned = grown(x, y), grown(x, y, gain=gain)
    assert len(pruned.feature) <= len(whole.feature)
    mass = pruned.weight * pruned.impurity
    for node in np.flatnonzero(pruned.feature != LEAF):
        a, b = pruned.left[node], pruned.right[node]
        if pruned.feature[a] == pruned.feature[b] == LEAF:
            assert mass[node] - mass[a] - mass[b] >= gain
    children = np.concatenate([pruned.left, pruned.right])
    assert sorted(children[children != LEAF]) == list(range(1, len(pruned.feature)))


def test_gaps_go_where_they_belong() -> None:
    x = np.array([[1.0], [2.0], [8.0], [9.0], [np.nan], [np.nan]])
    low_gaps = grown(x, np.array([0, 0, 5, 5, 0, 0.0]), depth=1)
    high_gaps = grown(x, np.array([0, 0, 5, 5, 5, 5.0]), depth=1)
    for tree, side in ((low_gaps, 1.0), (high_gaps, 9.0)):
        assert tree.predict(x[4:]).tolist() == tree.predict(np.full((2, 1), side)).tolist()
        assert 2 < tree.threshold[0] < 8
    alone = grown(x, np.array([0, 0, 0, 0, 5, 5.0]), depth=1)
    assert alone.predict(x)[:, 0].tolist() == pytest.approx([0, 0, 0, 0, 10 / 3, 10 / 3])


@drawn
@given(rows=st.integers(20, 300), most=st.integers(2, 20), seed=seeds)
def test_bins_keep_the_order_and_hold_about_as_many_rows_each(
    rows: int, most: int, seed: int
) -> None:
    x = np.random.default_rng(seed).normal(size=(rows, 1)).astype(np.float32)
    bins = Bins.of(x, most)
    codes = bins.codes[0].astype(int)
    order = np.argsort(x[:, 0])
    assert (np.diff(codes[order]) >= 0).all() and codes.max() < min(most, rows)
    held = np.bincount(codes)
    assert held.min() >= 1 and held.max() <= 2 * rows / most + 2
