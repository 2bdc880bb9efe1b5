from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from penstock.retrieval.selecting import add_rows, add_sparse_rows, best, strongest

few = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 0.5, 2.0, np.nan])


@settings(deadline=None)  # the first call compiles
@given(arrays(np.float64, st.integers(1, 200), elements=few), st.integers(1, 20), st.data())
def test_the_best_are_those_of_a_stable_sort(
    scores: np.ndarray, k: int, data: st.DataObject
) -> None:
    allowed = data.draw(arrays(np.bool_, len(scores)))
    left = np.where(allowed & ~np.isnan(scores), scores, -np.inf)
    order = np.argsort(-left, kind="stable")
    wanted = order[np.isfinite(left[order])][:k]
    assert np.array_equal(best(scores, allowed, k), wanted)


@pytest.mark.parametrize("rows", [0, 1, 8, 19])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_are_added_up(rows: int, dtype: type[np.floating]) -> None:
    random = np.random.default_rng(rows)
    matrix, scores = random.normal(size=(20, 5)).astype(dtype), np.zeros(5)
    which, weights = random.permutation(20)[:rows], random.normal(size=rows)
    add_rows(matrix, which, weights, scores)
    assert scores == pytest.approx(weights @ matrix[which].astype(float), abs=1e-12)


def test_sparse_rows_are_added_up() -> None:
    random = np.random.default_rng(0)
    matrix = sparse.random_array((9, 5), density=0.4, rng=random, format="csr")
    scores = np.zeros(5)
    add_sparse_rows(matrix.data, matrix.indices, matrix.indptr, np.array([1, 4, 8]), scores)
    assert scores == pytest.approx(matrix.toarray()[[1, 4, 8]].sum(axis=0), abs=1e-12)


def test_the_strongest_shares_are_positive_and_ties_go_by_row() -> None:
    shares = np.array([[0.1, -1.0], [0.3, 0.0], [0.3, 2.0], [-5.0, 0.0]])
    rows, most = strongest(shares, 3)
    assert rows.tolist() == [[1, 2, 0], [2, -1, -1]]
    assert most.tolist() == [[0.3, 0.3, 0.1], [2.0, 0.0, 0.0]]
    rows, most = strongest(np.zeros((0, 2)), 2)
    assert rows.tolist() == [[-1, -1], [-1, -1]] and not most.any()
