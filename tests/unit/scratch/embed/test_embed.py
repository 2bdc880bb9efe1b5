"""Principal components and t-SNE, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import decomposition, manifold

from penstock.scratch.embed.pca import PCA
from penstock.scratch.embed.tsne import (
    TSNE,
    divergence_and_gradient,
    neighbourhoods,
    trustworthiness,
)
from penstock.scratch.errors import SettingError
from penstock.scratch.neighbors.nearest import squared_distances
from tests.curriculum import held
from tests.unit.scratch.against_sklearn import near, real, standard
from tests.unit.scratch.against_torch import drawn, numbers, seeds


@pytest.mark.curriculum("F07")
@drawn
@given(seed=seeds, rows=st.integers(6, 40), features=st.integers(1, 5), whiten=st.booleans())
def test_components_are_scikit_learns_up_to_sign(
    seed: int, rows: int, features: int, whiten: bool
) -> None:
    x = numbers(seed, rows, features) @ numbers(seed + 1, features, features)
    kept = max(1, features - 1)
    ours, other = PCA(kept, whiten).fit(x), decomposition.PCA(kept, whiten=whiten).fit(x)
    for name in ("explained_variance_", "explained_variance_ratio_", "singular_values_", "mean_"):
        near(getattr(ours, name), getattr(other, name), name, 1e-8)
    near(np.abs(ours.components_), np.abs(other.components_), "components", 1e-6)
    near(np.abs(ours.transform(x)), np.abs(other.transform(x)), "rows", 1e-6)
    near(
        ours.inverse_transform(ours.transform(x)),
        other.inverse_transform(other.transform(x)),
        "rows again",
        1e-6,
    )
    held("scikit-learn's PCA up to sign", 1e-6)


@pytest.mark.curriculum("F07")
def test_digits_need_few_of_their_64_dimensions() -> None:
    x, _ = real("digits")
    ours = PCA().fit(x)
    assert int((ours.explained_variance_ratio_.cumsum() < 0.95).sum()) + 1 == 29
    assert (np.diff(ours.explained_variance_) <= 0).all()


@pytest.mark.curriculum("C21")
def test_every_row_has_as_many_neighbours_as_asked_for() -> None:
    x, _ = standard("wine")
    squares = squared_distances(x, x)
    joint = neighbourhoods(squares, 20.0)
    assert joint.sum() == pytest.approx(1) and (joint == joint.T).all()
    theirs = manifold._t_sne._joint_probabilities(squares.astype(np.float32), 20.0, 0)
    from scipy.spatial.distance import squareform

    near(joint, squareform(theirs), "chances", 1e-5)
    held("scikit-learn's neighbourhoods", 1e-5)


@pytest.mark.curriculum("C21")
@drawn
@given(seed=seeds)
def test_the_gradient_is_that_of_finite_differences(seed: int) -> None:
    x, place = numbers(seed, 7, 3), numbers(seed + 1, 7, 2)
    chances = neighbourhoods(squared_distances(x, x), 3.0)
    _, gradient = divergence_and_gradient(chances, place)
    step = 1e-6
    for row, axis in ((0, 0), (3, 1)):
        side = np.zeros_like(place)
        side[row, axis] = step
        ends = [divergence_and_gradient(chances, place + sign * side)[0] for sign in (1, -1)]
        assert gradient[row, axis] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-6)


@pytest.mark.curriculum("C21")
def test_a_map_of_digits_is_as_trustworthy_as_scikit_learns() -> None:
    x = real("digits")[0][:400]
    ours = TSNE(perplexity=25, max_iter=500).fit(x)
    other = manifold.TSNE(perplexity=25, max_iter=500, init="pca", random_state=0).fit(x)
    both = [manifold.trustworthiness(x, one.embedding_, n_neighbors=5) for one in (ours, other)]
    assert both[0] == pytest.approx(both[1], abs=0.02)
    held("scikit-learn's trustworthiness", 0.02)
    assert trustworthiness(x, ours.embedding_) == pytest.approx(both[0], abs=1e-4)
    assert ours.kl_divergence_ <= other.kl_divergence_


def test_more_neighbours_than_rows_are_refused() -> None:
    with pytest.raises(SettingError, match="to below 10, the rows"):
        TSNE(perplexity=10).fit(numbers(0, 10, 2))
    with pytest.raises(SettingError, match="1 to 2, or None"):
        PCA(3).fit(numbers(0, 10, 2))
