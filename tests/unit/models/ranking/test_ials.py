from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.models.ranking.ials import IALS
from penstock.models.ranking.parts.histories import Histories
from tests.unit.models.ranking.given import context, fitted, judged, settings, trial
from tests.unit.models.ranking.learnt import grown, had, scores


def histories(model: Any, view: Any) -> Histories:
    return Histories.of(view, pd.Index(view.data.tables["users"]["user"]), model.items)


def vector(model: Any, mine: Array) -> Array:
    """The normal equations of Rendle et al. 2021, written out for one user."""
    items, asked = model.kept["vectors"], model.settings
    left = np.zeros((items.shape[1],) * 2)
    right = np.zeros(items.shape[1])
    for item, taken in enumerate(mine):
        left += asked.unobserved * np.outer(items[item], items[item])
        if taken:
            left += np.outer(items[item], items[item])
            right += items[item]
    weight = (mine.sum() + asked.unobserved * len(items)) ** asked.frequency
    solved: Array = np.linalg.solve(left + asked.l2 * weight * np.eye(len(left)), right)
    return solved


@pytest.mark.parametrize("size", [1, 3, 8])
def test_vectors_of_users_solve_the_normal_equations(size: int, tmp_path: Path) -> None:
    model = fitted("ials", tmp_path, size=size)
    found = model.represent(histories(model, judged()))
    for row, mine in enumerate(had(judged())):
        assert found[row] == pytest.approx(vector(model, mine), abs=1e-8)


def test_a_user_who_took_more_gets_what_solving_for_all_gives(tmp_path: Path) -> None:
    model = fitted("ials", tmp_path)
    user = judged().data.tables["users"]["user"][3]
    later = grown(judged(), user, [101, 140, 143])
    whole = model.represent(histories(model, later))
    tables = dict(later.data.tables)
    for table in ("users", "interactions"):
        tables[table] = tables[table][tables[table]["user"] == user].reset_index(drop=True)
    alone = model.represent(histories(model, replace(later, data=Dataset(tables))))
    assert np.array_equal(alone[0], whole[3])
    assert whole[3] == pytest.approx(vector(model, had(later)[3]), abs=1e-8)
    assert scores(model, later).shape == had(later).shape


def test_each_round_lowers_the_loss(tmp_path: Path) -> None:
    losses = [loss(fitted("ials", tmp_path, rounds=rounds)) for rounds in (1, 2, 4, 8, 16)]
    assert losses == sorted(losses, reverse=True)


def loss(model: Any) -> float:
    """Equation 3 of Rendle et al. 2021, at the users that are best for the items."""
    view, asked, items = trial().fit_view, model.settings, model.kept["vectors"]
    users, taken = model.represent(histories(model, view)), had(trial().fit_view)
    told = users @ items.T
    error = (taken * (told - 1) ** 2).sum() + asked.unobserved * (told**2).sum()
    for vectors, counts, others in (
        (users, taken.sum(axis=1), len(items)),
        (items, taken.sum(axis=0), len(users)),
    ):
        weight = (counts + asked.unobserved * others) ** asked.frequency
        error += asked.l2 * (weight * (vectors**2).sum(axis=1)).sum()
    return float(error)


def test_threads_make_no_difference(tmp_path: Path) -> None:
    fits = [
        IALS(settings("ials")).fit(trial().fit_view, replace(context(tmp_path), threads=threads))
        for threads in (1, 3)
    ]
    assert np.array_equal(fits[0].kept["vectors"], fits[1].kept["vectors"])


def test_another_seed_is_another_fit(tmp_path: Path) -> None:
    fits = [
        IALS(settings("ials")).fit(trial().fit_view, context(tmp_path, seed=seed))
        for seed in (1, 2)
    ]
    assert not np.allclose(fits[0].kept["vectors"], fits[1].kept["vectors"])
