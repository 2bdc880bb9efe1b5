"""What a scorer gives is what the model gives, whatever the order of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.models.ranking.parts.histories import Histories
from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.errors import NotServable, UnfitRequest
from penstock.retrieval.people import People
from penstock.retrieval.scorers import scorer_of
from tests.unit.models.ranking.given import judged
from tests.unit.models.ranking.learnt import scores
from tests.unit.retrieval.given import SERVED, model, stocked, with_items


def turned(view: View) -> View:
    items = view.data.tables["items"]
    return with_items(view, items.sample(frac=1, random_state=3, ignore_index=True))


@pytest.mark.parametrize("change", [None, stocked, turned])
@pytest.mark.parametrize("name", SERVED)
def test_scores_are_those_of_the_model_and_shares_sum_to_them(
    name: str, change: object, tmp_path: Path
) -> None:
    fitted = model(name, tmp_path)
    view = change(judged()) if callable(change) else judged()
    catalogue = Catalogue.of(view.data.tables["items"])
    people, wanted = People(view, catalogue), scores(fitted, view)
    scorer = scorer_of(fitted, catalogue, [])
    tolerance = 1e-6 if name == "ease" else 1e-11  # the model adds up in float32
    for row, user in enumerate(view.data.tables["users"]["user"].tolist()):
        had = people.had(user)
        if not len(had):
            continue
        shown = np.flatnonzero(np.isfinite(wanted[row]))
        state = scorer.represent(had)
        found = scorer.score(state, shown)
        assert found == pytest.approx(wanted[row, shown], abs=tolerance)
        assert scorer.shares(had, shown).sum(axis=0) == pytest.approx(found, abs=1e-11)
        allowed = np.isfinite(wanted[row])
        places, best = scorer.best(state, allowed, 8)
        assert best == pytest.approx(np.sort(wanted[row, shown])[::-1][:8], abs=tolerance)
        assert allowed[places].all()


def test_a_user_s_vector_is_that_of_the_full_solve(tmp_path: Path) -> None:
    fitted, view = model("ials", tmp_path), stocked(judged())
    catalogue = Catalogue.of(view.data.tables["items"])
    people, scorer = People(view, catalogue), scorer_of(fitted, catalogue, [])
    users = pd.Index(view.data.tables["users"]["user"])
    whole = fitted.represent(Histories.of(view, users, fitted.items))
    for row, user in enumerate(users.tolist()):
        assert scorer.represent(people.had(user)) == pytest.approx(whole[row], abs=1e-12)


def test_beyond_the_limit_vectors_are_searched_by_an_index(tmp_path: Path) -> None:
    fitted = model("ials", tmp_path)
    catalogue = Catalogue.of(judged().data.tables["items"])
    people = People(judged(), catalogue)
    whole = scorer_of(fitted, catalogue, [])
    index = scorer_of(fitted, catalogue, people.some(40), exact_up_to=10)
    assert index.index is not None and whole.index is None  # type: ignore[attr-defined]
    every = np.ones(len(catalogue), dtype=bool)
    shared = []
    for had in people.some(40):
        user = whole.represent(had)
        one, other = whole.best(user, every, 5)[0], index.best(user, every, 5)[0]
        assert len(other) == 5
        shared.append(np.isin(one, other).mean())
    assert np.mean(shared) > 0.9


def test_a_model_that_is_no_sum_over_what_users_had_is_refused(tmp_path: Path) -> None:
    catalogue = Catalogue.of(judged().data.tables["items"])
    for name in ("popularity", "bpr"):
        with pytest.raises(NotServable, match=r"expected one whose scores are sums.*\n  fix: "):
            scorer_of(model(name, tmp_path), catalogue, [])


def test_a_catalogue_that_lost_items_of_the_model_is_refused(tmp_path: Path) -> None:
    view = judged()
    items = view.data.tables["items"].iloc[2:]
    less = replace(view, data=Dataset({**view.data.tables, "items": items}))
    with pytest.raises(UnfitRequest, match=r"found 2 less\n  fix: .*`stock` of 0"):
        scorer_of(model("ease", tmp_path), Catalogue.of(less.data.tables["items"]), [])
