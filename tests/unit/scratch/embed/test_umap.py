"""UMAP by what its paper asks of it; tests/soak/test_umap.py holds it to umap-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import manifold

from penstock.scratch.embed.umap import UMAP, curve_of, fuzzy_graph
from penstock.scratch.errors import SettingError
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import real
from tests.unit.scratch.against_torch import numbers


@pytest.mark.curriculum("C22")
def test_the_curve_is_that_of_umap_learn() -> None:
    assert curve_of(0.1) == pytest.approx((1.5769434, 0.8950609), abs=1e-6)
    held("umap-learn's curve", 1e-6)


@pytest.mark.curriculum("C22")
def test_neighbours_of_every_row_weigh_as_much_together() -> None:
    rows = numbers(0, 60, 4)
    graph = fuzzy_graph(rows, 10)
    assert (graph == graph.T).all() and (np.diag(graph) == 0).all()
    assert graph.min() >= 0 and graph.max() == pytest.approx(1)
    np.testing.assert_allclose(graph.max(axis=1), 1)  # a row's nearest is surely near
    assert graph.sum(axis=1).min() > np.log2(10) - 1e-6


@pytest.mark.curriculum("C22")
def test_a_map_of_digits_keeps_neighbours_as_well_as_t_sne() -> None:
    rows = real("digits")[0][:400]
    ours = UMAP(random_state=0).fit_transform(rows)
    theirs = manifold.TSNE(init="pca", random_state=0, max_iter=500).fit_transform(rows)
    both = [manifold.trustworthiness(rows, one) for one in (ours, theirs)]
    assert both[0] == pytest.approx(both[1], abs=0.02)
    held("scikit-learn's t-SNE in trustworthiness", 0.02)


def test_a_seed_draws_one_map() -> None:
    rows = numbers(1, 30, 3)
    one, other = (
        UMAP(n_neighbors=5, n_epochs=20, random_state=3).fit_transform(rows) for _ in "ab"
    )
    assert (one == other).all()


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(SettingError, match="from 2 to 10, the rows"):
        UMAP(n_neighbors=11).fit(numbers(0, 10, 2))
    with pytest.raises(SettingError, match="from 0 to below 3"):
        UMAP(n_neighbors=5, min_dist=-1).fit(numbers(0, 10, 2))
