"""UMAP against umap-learn, whose compilation takes most of a minute."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import manifold

from penstock.scratch.embed.umap import UMAP, fuzzy_graph
from tests.unit.scratch.against_sklearn import real
from tests.unit.scratch.against_torch import numbers

umap_ = pytest.importorskip("umap.umap_", reason="pip install umap-learn")


def test_the_graph_is_umap_learns() -> None:
    rows = numbers(0, 200, 5)
    theirs, *_ = umap_.fuzzy_simplicial_set(rows, 15, np.random.RandomState(0), "euclidean")
    np.testing.assert_allclose(fuzzy_graph(rows, 15), theirs.toarray(), atol=1e-4)


def test_a_map_of_digits_is_as_trustworthy() -> None:
    rows = real("digits")[0][:400]
    ours = UMAP(random_state=0).fit_transform(rows)
    theirs = umap_.UMAP(random_state=0).fit_transform(rows)
    both = [manifold.trustworthiness(rows, one) for one in (ours, theirs)]
    assert both[0] == pytest.approx(both[1], abs=0.02)
