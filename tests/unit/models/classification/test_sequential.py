"""Models that read the latest rows of a card."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from penstock.core.contracts import Input, Signature
from penstock.core.errors import ParamsError
from penstock.core.workspace import load_model
from penstock.models.classification.parts.sequence import NoPast
from penstock.models.training.matrix import NotFinite
from tests.unit.models.classification.sequential import (
    MODELS,
    NAMES,
    SIGNATURE,
    context,
    events,
    fitted,
    model,
    view_of,
    without_past,
)
from tests.workspace import ROOT

every_model = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Each model, fitted once."""
    return {name: fitted(name, tmp_path_factory.mktemp(name)) for name in MODELS}


class Killed(Exception):
    """Stands for a kill: nothing after it in the fit is run."""


@every_model
def test_what_only_the_past_gives_away_is_learnt(
    name: str, learnt: Mapping[str, Any], tmp_path: Path
) -> None:
    unseen = view_of(events(seed=5))
    scores = learnt[name].predict_proba(unseen)
    assert scores.shape == (1200,) and scores.dtype == np.float64
    assert 0 <= scores.min() < scores.max() <= 1
    assert roc_auc_score(unseen.target, scores) > 0.97

    blind = fitted(name, tmp_path, length=1, epochs=2).predict_proba(unseen)
    assert abs(roc_auc_score(unseen.target, blind) - 0.5) < 0.1


@every_model
def test_what_a_card_does_later_changes_no_score(name: str, learnt: Mapping[str, Any]) -> None:
    before, after = events(seed=5), events(seed=5)
    after.loc[700:, ["amount", "night", "label"]] = 7
    old, new = (learnt[name].predict_proba(view_of(one, target=False)) for one in (before, after))
    assert np.array_equal(new[:700], old[:700])
    assert (new[700:] != old[700:]).mean() > 0.9


@every_model
def test_no_more_than_the_window_is_read_and_no_other_card(
    name: str, learnt: Mapping[str, Any]
) -> None:
    frame = events(seed=5)
    here = (frame["card"] == 3).to_numpy().nonzero()[0]
    known = learnt[name].predict_proba(view_of(frame))[here[-1]]
    alone = view_of(frame.iloc[here[-3:]].assign(card="unseen"), slice(-1, None), target=False)
    assert learnt[name].predict_proba(alone) == pytest.approx([known], rel=1e-5)
    shorter = view_of(frame.iloc[here[-2:]], slice(-1, None))
    assert learnt[name].predict_proba(shorter) != pytest.approx([known], rel=1e-5)


@every_model
def test_a_card_with_one_row_is_scored(name: str, learnt: Mapping[str, Any]) -> None:
    frame = events(seed=5)
    first = view_of(frame.iloc[:1], target=False)
    in_company = learnt[name].predict_proba(view_of(frame))[:1]
    assert learnt[name].predict_proba(first) == pytest.approx(in_company, rel=1e-5)


@every_model
def test_no_rows_get_no_scores(name: str, learnt: Mapping[str, Any]) -> None:
    assert learnt[name].predict_proba(view_of(events(), slice(0), target=False)).shape == (0,)


@every_model
def test_a_model_that_was_saved_and_loaded_scores_the_same_bits(
    name: str, learnt: Mapping[str, Any], tmp_path: Path
) -> None:
    learnt[name].save(tmp_path / "kept")
    after = load_model("classification", name).MODEL.load(tmp_path / "kept")
    unseen = view_of(events(seed=5), target=False)
    assert np.array_equal(learnt[name].predict_proba(unseen), after.predict_proba(unseen))
    assert after.get_params() == learnt[name].get_params()
    assert after.importances() == learnt[name].importances()
    after.save(tmp_path / "again")
    for file in (tmp_path / "kept").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_two_processes_that_fit_the_same_rows_save_the_same_bytes(
    learnt: Mapping[str, Any], tmp_path: Path
) -> None:
    module = "tests.unit.models.classification.sequential"
    environment = os.environ | {"PYTHONHASHSEED": "77"}
    command = [sys.executable, "-m", module, str(tmp_path / "there")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    for name in MODELS:
        learnt[name].save(tmp_path / "here" / name)
        files = {file.name: file.read_bytes() for file in (tmp_path / "here" / name).iterdir()}
        there = (tmp_path / "there" / name).iterdir()
        assert files == {file.name: file.read_bytes() for file in there if file.is_file()}
        assert len(files) == 2


@every_model
def test_a_fit_that_was_killed_goes_on_to_the_same_bits(
    name: str, learnt: Mapping[str, Any], tmp_path: Path
) -> None:
    def dies(row: Mapping[str, float]) -> None:
        if row["epoch"] == 3:
            raise Killed

    with pytest.raises(Killed):
        model(name).fit(view_of(events()), context(tmp_path, dies))
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1

    noted: list[Mapping[str, float]] = []
    resumed = model(name).fit(view_of(events()), context(tmp_path, noted.append))

    assert [row["epoch"] for row in noted] == list(range(6))
    unseen = view_of(events(seed=5), target=False)
    assert np.array_equal(resumed.predict_proba(unseen), learnt[name].predict_proba(unseen))
    assert resumed.importances() == learnt[name].importances()
    assert not (tmp_path / "checkpoints").exists()


def test_without_patience_the_latest_rows_are_learnt_from_too(tmp_path: Path) -> None:
    frame = events()
    parts = view_of(frame, slice(1000)), view_of(frame, slice(1000, None))
    whole = model("cnn").fit(view_of(frame), context(tmp_path))
    both = model("cnn").fit(parts[0], context(tmp_path, tail=parts[1]))
    unseen = view_of(events(seed=5), target=False)
    assert np.array_equal(both.predict_proba(unseen), whole.predict_proba(unseen))


def test_with_patience_the_latest_rows_say_when_to_stop(tmp_path: Path) -> None:
    frame, noted = events().astype({"label": "int64"}), list[Mapping[str, float]]()
    frame.loc[1000:, "label"] = np.random.default_rng(3).integers(0, 2, 200)  # nothing to learn
    parts = view_of(frame, slice(1000)), view_of(frame, slice(1000, None))
    model("cnn", patience=2, epochs=20).fit(parts[0], context(tmp_path, noted.append, parts[1]))
    losses = [row["validation_loss"] for row in noted]
    assert len(losses) < 20
    assert losses.index(min(losses)) == len(losses) - 3


def test_scores_do_not_depend_on_the_threads_there_are(learnt: Mapping[str, Any]) -> None:
    unseen, before = view_of(events(seed=5), target=False), torch.get_num_threads()
    expected = learnt["lstm"].predict_proba(unseen)
    try:
        torch.set_num_threads(2)
        assert np.array_equal(learnt["lstm"].predict_proba(unseen), expected)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@every_model
def test_importances_are_shares_of_the_inputs(name: str, learnt: Mapping[str, Any]) -> None:
    shares = learnt[name].importances()
    assert tuple(shares) == NAMES
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["amount"] > shares["night"]


@every_model
def test_rows_of_no_entity_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NoPast, match=r"belong to none\n  fix: choose a model that reads each row"):
        model(name).fit(without_past(view_of(events())), context(tmp_path))


def test_an_input_that_is_a_tensor_is_refused(tmp_path: Path) -> None:
    given = view_of(events())
    signature = Signature((*SIGNATURE.inputs, Input("face", shape=(2,))), SIGNATURE.roles)
    data = replace(given.data, tensors={"face": np.zeros((1200, 2), dtype=np.float32)})
    with pytest.raises(NoPast, match="an input of this project is a tensor"):
        model("cnn").fit(replace(given, signature=signature, data=data), context(tmp_path))


def test_a_gap_in_a_rows_past_is_refused_by_name(learnt: Mapping[str, Any]) -> None:
    frame = events().astype({"night": "float32"})
    frame.loc[700, "night"] = np.nan
    later = np.flatnonzero((frame["card"] == frame.loc[700, "card"]) & (frame.index > 700))
    with pytest.raises(NotFinite, match="'night': 2 of "):
        learnt["lstm"].predict_proba(view_of(frame, later, target=False))


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("transformer", {"size": 10, "heads": 4}, "size 10 is no multiple of heads 4"),
        ("lstm", {"lenght": 3}, "did you mean 'length'?"),
        ("cnn", {"hidden": [0]}, "greater than or equal to 1"),
        ("attention_lstm", {"dropout": 1.0}, "less than 1"),
    ],
)
def test_a_wrong_setting_is_one_line(name: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ParamsError) as error:
        model(name, **settings)
    assert said in str(error.value)


@every_model
def test_every_setting_has_a_default(name: str) -> None:
    kind = load_model("classification", name).MODEL
    assert kind.Settings().model_dump()["length"] == 5
