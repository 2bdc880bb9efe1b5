from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from penstock.models.ranking.parts.packed import unpack
from penstock.models.ranking.slim import SLIM
from tests.unit.models.ranking.given import context, fitted, settings, trial
from tests.unit.models.ranking.learnt import had


def test_its_weights_are_those_of_an_elastic_net_on_each_item(tmp_path: Path) -> None:
    model = fitted("slim", tmp_path, l1=0.7, l2=3.0, tolerance=1e-12, passes=5000)
    weights, taken = unpack("weights", model.kept).toarray(), had(trial().fit_view)
    users = len(taken)
    for item in (0, 4, 11, 30):
        others = np.delete(np.arange(taken.shape[1]), item)
        net = ElasticNet(
            alpha=(0.7 + 3.0) / users,
            l1_ratio=0.7 / (0.7 + 3.0),
            fit_intercept=False,
            positive=True,
            tol=1e-12,
            max_iter=100_000,
        ).fit(taken[:, others], taken[:, item])
        assert weights[others, item] == pytest.approx(net.coef_, abs=1e-8)
        assert weights[item, item] == 0


def test_its_weights_are_where_the_penalised_error_is_least(tmp_path: Path) -> None:
    """The conditions of Karush, Kuhn and Tucker, for every weight of every item."""
    l1, l2 = 0.5, 2.0
    model = fitted("slim", tmp_path, l1=l1, l2=l2, tolerance=1e-12, passes=5000)
    weights, taken = unpack("weights", model.kept).toarray(), had(trial().fit_view)
    slope = taken.T @ (taken @ weights - taken) + l2 * weights + l1
    off = ~np.eye(len(weights), dtype=bool)
    used = off & (weights > 0)
    assert used.sum() > 50
    assert slope[used] == pytest.approx(0, abs=1e-8)
    assert slope[off & ~used].min() > -1e-8
    assert weights.min() == 0


def test_a_higher_l1_leaves_fewer_weights(tmp_path: Path) -> None:
    few, many = (len(fitted("slim", tmp_path, l1=l1).kept["weights.data"]) for l1 in (3.0, 0.1))
    assert few < many / 2


def test_threads_make_no_difference(tmp_path: Path) -> None:
    fits = [
        SLIM(settings("slim")).fit(trial().fit_view, replace(context(tmp_path), threads=threads))
        for threads in (1, 3)
    ]
    assert np.array_equal(*(fit.kept["weights.data"] for fit in fits))
