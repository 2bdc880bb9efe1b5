from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.models.ranking.given import fitted, judged, trial
from tests.unit.models.ranking.learnt import ITEMS, scores

SPLIT = "global_time_cold"


def test_an_interaction_counts_half_after_its_half_life(tmp_path: Path) -> None:
    rows = trial(SPLIT).fit_view.data.tables["interactions"]
    expected = dict.fromkeys(ITEMS, 0.0)
    for item, time in zip(rows["item"], rows["time"], strict=True):
        days = (rows["time"].max() - time).total_seconds() / 86_400
        expected[item] += 0.5 ** (days / 5.0)
    found = fitted("recent_popularity", tmp_path, SPLIT, half_life=5.0).kept["trend"]
    assert found == pytest.approx(list(expected.values()), abs=1e-12)


def test_a_long_half_life_counts_all_alike_and_a_short_one_does_not(tmp_path: Path) -> None:
    rows = trial(SPLIT).fit_view.data.tables["interactions"]
    counts = rows.groupby("item").size().reindex(ITEMS, fill_value=0)
    slow = fitted("recent_popularity", tmp_path, SPLIT, half_life=36_500.0).kept["trend"]
    quick = fitted("recent_popularity", tmp_path, SPLIT, half_life=0.5).kept["trend"]
    assert slow == pytest.approx(counts.to_numpy(dtype=float), rel=1e-2)
    assert not np.array_equal(np.argsort(-quick, kind="stable"), np.argsort(-slow, kind="stable"))


def test_users_without_a_history_are_all_shown_the_same(tmp_path: Path) -> None:
    found = scores(fitted("recent_popularity", tmp_path, SPLIT), judged(SPLIT))
    assert len(found) > 1 and (np.nan_to_num(found) == np.nan_to_num(found[0])).all()
