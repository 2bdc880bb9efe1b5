from __future__ import annotations

import numpy as np
import pytest
import sklearn.neighbors as theirs
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from penstock.scratch.neighbors import nearest as module
from penstock.scratch.neighbors.knn import KNeighborsClassifier, KNeighborsRegressor
from penstock.scratch.neighbors.nearest import nearest, squared_distances
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import alike, blobs, line, real, standard
from tests.unit.scratch.against_torch import drawn, seeds

weights = st.sampled_from(["uniform", "distance"])
EXACT = {"algorithm": "kd_tree"}  # it measures; their brute force rounds


@pytest.mark.curriculum("C06")
@drawn
@given(
    rows=st.integers(10, 60),
    features=st.integers(1, 4),
    k=st.integers(1, 7),
    voices=weights,
    seed=seeds,
)
def test_nearest_rows_and_their_votes_are_scikit_learns(
    rows: int, features: int, k: int, voices: str, seed: int
) -> None:
    x, y = blobs(seed, rows, features, 3)
    unseen, _ = blobs(seed + 1, 20, features, 3)
    told = ("kneighbors", "predict_proba", "predict")
    ours = KNeighborsClassifier(k, voices)
    alike(
        ours,
        theirs.KNeighborsClassifier(k, weights=voices, **EXACT),
        x,
        y,
        told=told,
        unseen=unseen,
        tolerance=1e-9,
    )
    x, y = line(seed, rows, features)
    alike(
        KNeighborsRegressor(k, voices),
        theirs.KNeighborsRegressor(k, weights=voices, **EXACT),
        x,
        y,
        told=("predict",),
        unseen=unseen,
        tolerance=1e-9,
    )


@pytest.mark.curriculum("C06")
@pytest.mark.parametrize("name", ["breast_cancer", "wine"])
def test_neighbours_among_real_rows_are_scikit_learns(name: str) -> None:
    x, y = standard(name)
    for voices in ("uniform", "distance"):
        alike(
            KNeighborsClassifier(5, voices),
            theirs.KNeighborsClassifier(5, weights=voices, **EXACT),
            x[::2],
            y[::2],
            told=("predict_proba", "predict"),
            unseen=x,
        )


@pytest.mark.curriculum("C06")
def test_the_nearest_of_whole_numbers_are_exact_and_ties_go_by_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 5000)  # several blocks
    x, _ = real("digits")
    distances, places = nearest(x[:60], x[60:], 7)
    exact = ((x[:60, None] - x[None, 60:]) ** 2).sum(axis=2)
    order = np.lexsort((np.broadcast_to(np.arange(exact.shape[1]), exact.shape), exact), axis=1)
    assert (places == order[:, :7]).all()
    assert (distances**2).round() == pytest.approx(np.take_along_axis(exact, places, 1))
    twins = np.zeros((6, 2))
    assert nearest(twins[:2], twins, 3)[1].tolist() == [[0, 1, 2], [0, 1, 2]]


def test_more_neighbours_than_rows_are_refused() -> None:
    x, y = blobs(0, 4, 2, 2)
    with pytest.raises(ValueError, match="Expected n_neighbors <= n_samples_fit"):
        KNeighborsClassifier(5).fit(x, y).predict(x)


@pytest.mark.curriculum("F26", of="src/penstock/scratch/neighbors/nearest.py")
@drawn
@given(seed=seeds, rows=st.integers(1, 30), others=st.integers(1, 30), features=st.integers(1, 6))
def test_distances_without_a_loop_are_scipys(
    seed: int, rows: int, others: int, features: int
) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(rows, features)), rng.normal(size=(others, features))
    np.testing.assert_allclose(squared_distances(a, b), cdist(a, b, "sqeuclidean"), atol=1e-10)
    held("scipy's cdist", 1e-10)
