from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.models.ranking.mf_sgd import MatrixFactorisation, NoValues
from tests.unit.models.ranking.given import DATA, context, fitted, judged, settings, trial
from tests.unit.models.ranking.learnt import scores


def asked(view: View, **changes: Any) -> View:
    table = view.data.tables["asked"].assign(**changes)
    return replace(view, data=Dataset({**view.data.tables, "asked": table}))


def truth(view: View) -> pd.Series:
    rows = DATA.tables["interactions"].set_index("interaction")["value"]
    return rows.loc[view.data.tables["asked"]["interaction"]]


@pytest.mark.curriculum("F05", figure="recommendation/mf-sgd/stratified/rmse")
def test_it_tells_values_better_than_their_mean(tmp_path: Path) -> None:
    error = fitted("mf_sgd", tmp_path).predict(judged()) - truth(judged()).to_numpy()
    assert np.sqrt((error**2).mean()) < 0.8 * truth(judged()).std()


def test_what_it_tells_is_the_mean_and_three_parts_within_what_was_seen(tmp_path: Path) -> None:
    model = fitted("mf_sgd", tmp_path)
    rows, kept = judged().data.tables["asked"], model.kept
    values = trial().fit_view.data.tables["interactions"]["value"]
    told = model.predict(judged())
    for place in range(0, len(rows), 7):
        mine = kept["of_users"][model.users.get_loc(rows["user"][place])]
        its = kept["of_items"][model.items.get_loc(rows["item"][place])]
        expected = values.mean() + mine[0] + its[0] + np.dot(mine[1:], its[1:])
        assert told[place] == pytest.approx(min(max(expected, 1.0), 5.0), abs=1e-9)


def test_it_ranks_by_the_values_it_expects(tmp_path: Path) -> None:
    model, view = fitted("mf_sgd", tmp_path), judged()
    found = scores(model, view)
    user = view.data.tables["users"]["user"][4]
    items = np.flatnonzero(~np.isnan(found[4]))
    pairs = pd.DataFrame(
        {
            "interaction": np.arange(len(items)),
            "user": user,
            "item": view.data.tables["items"]["item"].to_numpy()[items],
        }
    )
    told = model.predict(replace(view, data=Dataset({**view.data.tables, "asked": pairs})))
    assert told == pytest.approx(np.clip(found[4, items], 1, 5), abs=1e-9)


def test_of_whom_it_never_met_it_tells_the_mean(tmp_path: Path) -> None:
    model = fitted("mf_sgd", tmp_path)
    mean = trial().fit_view.data.tables["interactions"]["value"].mean()
    told = model.predict(asked(judged(), user=10**6, item=10**6))
    assert told == pytest.approx(np.full(len(told), mean), abs=1e-12)


def test_the_error_falls_and_is_recorded(tmp_path: Path) -> None:
    rows: list[dict[str, float]] = []
    MatrixFactorisation(settings("mf_sgd")).fit(
        trial().fit_view, context(tmp_path, lambda row: rows.append(dict(row)))
    )
    losses = [row["loss"] for row in rows]
    assert losses[-1] < 0.5 * losses[0]


def test_importances_are_the_variance_of_the_parts(tmp_path: Path) -> None:
    model = fitted("mf_sgd", tmp_path)
    found, kept = model.importances(), model.kept
    assert found["item"] == pytest.approx(np.var(kept["of_items"][:, 0]))
    assert set(found) == {"user", "item", "user and item"}


def test_a_log_without_values_is_told(tmp_path: Path) -> None:
    view = trial().fit_view
    rows = view.data.tables["interactions"].assign(value=np.nan)
    bare = replace(view, data=Dataset({**view.data.tables, "interactions": rows}))
    with pytest.raises(NoValues, match="fix: give the source a column `value`"):
        MatrixFactorisation(settings("mf_sgd")).fit(bare, context(tmp_path))
