"""Clusters are those of scikit-learn and scipy, label by label."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster import hierarchy
from sklearn import cluster as theirs
from sklearn.metrics import adjusted_rand_score

from penstock.scratch.cluster.agglomerative import LINKAGES, AgglomerativeClustering, cut, linkage
from penstock.scratch.cluster.dbscan import DBSCAN, near_pairs
from penstock.scratch.cluster.kmeans import KMeans
from penstock.scratch.errors import SettingError
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import blobs, near, real, standard
from tests.unit.scratch.against_torch import drawn, seeds


@pytest.mark.curriculum("C18")
@drawn
@given(seed=seeds, rows=st.integers(8, 80), features=st.integers(1, 4), k=st.integers(1, 5))
def test_from_the_same_centres_lloyds_rounds_are_scikit_learns(
    seed: int, rows: int, features: int, k: int
) -> None:
    x, _ = blobs(seed, rows, features, min(k, rows))
    init = x[:k]
    ours = KMeans(k, init=init, tol=0).fit(x)
    other = theirs.KMeans(k, init=init, n_init=1, tol=0).fit(x)
    near(ours.inertia_, other.inertia_, "inertia", 1e-8)
    near(ours.cluster_centers_, other.cluster_centers_, "centres", 1e-8)
    assert (ours.predict(x) == other.predict(x)).all()
    held("scikit-learn's KMeans", 1e-8)


@pytest.mark.curriculum("C18")
def test_drawn_centres_find_digits_as_well_as_scikit_learns() -> None:
    x, _ = real("digits")
    ours = KMeans(10, n_init=4, random_state=0).fit(x)
    other = theirs.KMeans(10, n_init=4, random_state=0).fit(x)
    assert ours.inertia_ == pytest.approx(other.inertia_, rel=0.01)
    held("scikit-learn's inertia, relatively,", 0.01)


def test_a_cluster_that_loses_its_rows_is_given_the_furthest() -> None:
    x = np.array([[0.0], [1], [10], [11], [50]])
    ours = KMeans(3, init=np.array([[0.0], [1000.0], [2000.0]])).fit(x)
    assert sorted(ours.cluster_centers_.ravel().tolist()) == [0.5, 10.5, 50.0]


@pytest.mark.curriculum("C19")
@drawn
@given(
    seed=seeds,
    rows=st.integers(3, 120),
    features=st.integers(1, 5),
    eps=st.floats(0.2, 1.5),
    least=st.integers(1, 6),
)
def test_dense_clusters_are_scikit_learns_to_the_label(
    seed: int, rows: int, features: int, eps: float, least: int
) -> None:
    x, _ = blobs(seed, rows, features, min(3, rows))
    ours, other = DBSCAN(eps, least).fit(x), theirs.DBSCAN(eps=eps, min_samples=least).fit(x)
    assert (ours.labels_ == other.labels_).all()
    assert (ours.core_sample_indices_ == other.core_sample_indices_).all()
    held("scikit-learn's DBSCAN", 0)


@pytest.mark.curriculum("C19")
def test_moons_are_told_apart() -> None:
    from sklearn.datasets import make_moons

    x, y = make_moons(2000, noise=0.05, random_state=0)
    labels = DBSCAN(0.15, 5).fit_predict(x)
    assert (labels == theirs.DBSCAN(eps=0.15, min_samples=5).fit_predict(x)).all()
    assert adjusted_rand_score(y, labels) > 0.99


@drawn
@given(seed=seeds, rows=st.integers(1, 40), features=st.integers(1, 5), eps=st.floats(0.1, 2))
def test_near_pairs_are_those_of_comparing_all(
    seed: int, rows: int, features: int, eps: float
) -> None:
    x, _ = blobs(seed, rows, features, 1)
    away = ((x[:, None] - x) ** 2).sum(axis=2) <= eps * eps
    assert set(zip(*near_pairs(x, eps), strict=True)) == set(zip(*np.nonzero(away), strict=True))


@pytest.mark.curriculum("C20")
@pytest.mark.parametrize("method", LINKAGES)
@drawn
@given(seed=seeds, rows=st.integers(2, 40), features=st.integers(1, 4))
def test_hierarchies_are_scipys(method: str, seed: int, rows: int, features: int) -> None:
    x = np.random.default_rng(seed).normal(size=(rows, features))
    near(linkage(x, method), hierarchy.linkage(x, method), "linkage", 1e-8)
    held("scipy's linkage", 1e-8)


@pytest.mark.curriculum("C20")
@pytest.mark.parametrize("method", LINKAGES)
def test_groups_of_wine_are_scikit_learns(method: str) -> None:
    x, _ = standard("wine")
    ours = AgglomerativeClustering(4, method).fit(x)
    other = theirs.AgglomerativeClustering(4, linkage=method).fit(x)
    assert adjusted_rand_score(ours.labels_, other.labels_) == 1
    assert len(np.unique(cut(ours.linkage_, len(x)))) == len(x)


def test_settings_that_mean_nothing_are_refused() -> None:
    x = np.arange(6.0).reshape(-1, 1)
    with pytest.raises(ValueError, match="should be >= n_clusters=7"):
        KMeans(7).fit(x)
    with pytest.raises(SettingError, match="n_clusters"):
        KMeans(0).fit(x)
    with pytest.raises(SettingError, match="eps"):
        DBSCAN(0).fit(x)
    with pytest.raises(SettingError, match="1 to 6, the rows"):
        AgglomerativeClustering(7).fit(x)
    with pytest.raises(SettingError, match="one of single"):
        linkage(x, "median")
