"""Retrievers, and boosted trees over what they find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from penstock.models.ranking.parts.retrievers import NAMES, candidates
from penstock.models.ranking.parts.retrievers import scores as retrieved
from penstock.models.ranking.two_stage import NothingHeldOut
from penstock.tasks.ranking import scores as measured
from penstock.tasks.ranking import trials
from tests.shop import protocol
from tests.unit.models.ranking.given import DATA, context, fitted, judged, trial
from tests.unit.models.ranking.learnt import scores

SMALL = {"trees": 20, "reach": 15, "l2": 20.0, "rounds": 2}


def staged(folder: Path, split: str = "stratified", seed: int = 11, **changes: Any) -> Any:
    kind = load_model("ranking", "two_stage").MODEL
    made = kind(parse(kind.Settings, SMALL | changes, "two_stage"))
    return made.fit(trial(split).fit_view, context(folder, seed=seed))


def ndcg(model: Any, split: str = "stratified") -> float:
    seen = trials.observe(model, judged(split), protocol())
    rows = measured.join(seen.assign(split=split, fold=0), DATA, protocol())
    return measured.fold_score(rows, protocol())["ndcg@5"]


@pytest.mark.parametrize(
    ("held_out", "split"),
    [("random", "stratified"), ("latest", "global_time_warm"), ("next", "next_item")],
)
def test_it_ranks_better_than_what_all_take(held_out: str, split: str, tmp_path: Path) -> None:
    model = staged(tmp_path, split, held_out=held_out)
    assert ndcg(model, split) > ndcg(fitted("popularity", tmp_path, split), split)


def test_two_fits_and_a_load_are_the_same_bytes(tmp_path: Path) -> None:
    for place in ("one", "two"):
        staged(tmp_path).save(tmp_path / place)
    kind = load_model("ranking", "two_stage").MODEL
    again = kind.load(tmp_path / "one")
    again.save(tmp_path / "three")
    for file in (tmp_path / "one").iterdir():
        for place in ("two", "three"):
            assert file.read_bytes() == (tmp_path / place / file.name).read_bytes()
    assert np.array_equal(
        scores(staged(tmp_path), judged()), scores(again, judged()), equal_nan=True
    )


def test_only_what_a_retriever_found_is_shown(tmp_path: Path) -> None:
    few, many = (scores(staged(tmp_path, reach=reach), judged()) for reach in (3, 15))
    shown = np.isfinite(few).sum(axis=1)
    assert (shown >= 3).all() and (shown <= 3 * len(NAMES)).all()
    assert (np.isfinite(many).sum(axis=1) > shown).all()


def test_users_without_a_history_are_shown_the_trend(tmp_path: Path) -> None:
    model = staged(tmp_path, "global_time_cold", held_out="latest")
    ranking = model.rank(judged("global_time_cold"), 5)
    assert len(ranking.users) > 0 and np.isfinite(ranking.scores).all()


def test_candidates_are_the_best_of_each_retriever() -> None:
    inf = np.inf
    found = {
        "one": np.array([[3.0, 2.0, 1.0, -inf], [0.0, 0.0, 0.0, 1.0]]),
        "other": np.array([[1.0, 2.0, 3.0, -inf], [-inf, -inf, 5.0, 1.0]]),
    }
    user, item = candidates(found, 1)
    assert list(zip(user.tolist(), item.tolist(), strict=True)) == [(0, 0), (0, 2), (1, 2), (1, 3)]


def test_retrievers_never_find_what_a_user_had(tmp_path: Path) -> None:
    from penstock.models.ranking.parts.histories import Histories

    model, view = staged(tmp_path), judged()
    histories = Histories.of(view, model.users, model.items)
    for values in retrieved(model.kept, histories).values():
        assert (values[histories.user, histories.item] == -np.inf).all()


def test_a_log_too_short_to_hold_anything_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingHeldOut, match=r"rounds 100 no user took any candidate\n  fix:"):
        staged(tmp_path, "next_item", held_out="next", rounds=100)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"held_out": "lates"}, "held_out"),
        ({"share": 1.0}, "share"),
        ({"tree": 5}, "did you mean 'trees'"),
        ({"reach": 0}, "reach"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(changes: dict[str, Any], says: str) -> None:
    kind = load_model("ranking", "two_stage").MODEL
    with pytest.raises(ParamsError, match=says):
        parse(kind.Settings, changes, "two_stage")
