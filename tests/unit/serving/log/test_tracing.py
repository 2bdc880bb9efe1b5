"""Where a prediction came from, as plain JSON and in words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from penstock.core.contracts import Input, Signature
from penstock.core.files import sha256_of_file, write_text
from penstock.effects.champions import Store
from penstock.scoring.contract import CONTRACT, write_contract
from penstock.serving.contracts import Origin
from penstock.serving.log.listed import Listed, write_listed
from penstock.serving.log.tracing import in_words, trace
from tests.champions import PROJECT, make_version
from tests.predictions import BASIS, ORIGIN, make_list, make_prediction

NAMES = ("amount", "ratio", "risk")


def keep_model(root: Path) -> str:
    """A kept model with three inputs; its key."""
    folder = root / "trained"
    write_text(folder / "model" / "model.json", "{}")
    write_text(folder / "model" / "weights" / "layer.txt", "")
    signature = Signature(tuple(Input(name, "float64", ()) for name in NAMES), {})
    write_contract(
        folder,
        model="classification/tree",
        settings={},
        signature=signature,
        seed=0,
        threads=1,
        trained_through=None,
    )
    version = make_version(folder, "5")
    version.files[CONTRACT] = sha256_of_file(folder / CONTRACT)
    return Store.open(root).keep(PROJECT, version, folder)


def test_all_that_is_on_record_is_told(tmp_path: Path) -> None:
    origin = Origin(PROJECT, "tree", keep_model(tmp_path), "b" * 64, None, "d" * 64, "sql, view")
    vector = np.array([0.1, 3.5, np.nan], "<f4").tobytes()
    one = make_prediction(4, origin=origin, vector=vector, event='{"name":"ü"}'.encode())
    told = json.loads(json.dumps(trace(tmp_path, one), allow_nan=False))
    assert told["features"] == {"amount": 0.1, "ratio": 3.5, "risk": None}
    assert told["at"] == "2026-11-20T12:00:00.004000+00:00"
    assert told["event"] == {"name": "ü"}
    assert told["model"] == {"candidate": "tree", "key": origin.key, "sha256": "b" * 64}
    assert told["data"] == {"lock_revision": None, "raw_sha256": "d" * 64, "source": "sql, view"}
    words = "\n".join(in_words(told))
    for said in (one.id, "not committed", "sql, view", "risk    not known", "ratio   3.5"):
        assert said in words


def test_a_shadow_was_never_returned(tmp_path: Path) -> None:
    told = trace(tmp_path, make_prediction(arm="shadow"))
    assert told["returned"] is False
    assert "which nobody was told" in "\n".join(in_words(told))


def test_where_the_store_has_lost_the_model_inputs_have_numbers(tmp_path: Path) -> None:
    told = trace(tmp_path, make_prediction(3, event=b"\xff"))
    assert told["features"] == {"0": 3.0, "1": 1.0, "2": None}
    assert told["event"] == "\\xff"
    assert told["model"]["key"] == ORIGIN.key


def test_a_list_is_told_with_its_items_and_what_it_was_ranked_with(tmp_path: Path) -> None:
    told = json.loads(json.dumps(trace(tmp_path, make_list(4)), allow_nan=False))
    assert told["event"] == {"user": 4} and told["entity"] == "4"
    assert told["items"][0] == {"item": 54, "score": 0.1 + 0.2, "lane": "model"}
    assert told["basis"]["features_sha256"] == BASIS.features_sha256
    assert not {"score", "features", "event_id"} & told.keys()
    words = "\n".join(in_words(told))
    for said in ("2 items, for user 4", "54  0.3  model", "popularity", "contract.json sha256 bb"):
        assert said in words
    for said in (BASIS.features_sha256, f"dvc.lock {BASIS.lock_revision}", ORIGIN.raw_sha256):
        assert said in words


def test_a_list_without_items_is_told_too(tmp_path: Path) -> None:
    empty = write_listed(Listed((), BASIS))
    told = trace(tmp_path, make_list(listed=empty, score=float("nan")))
    assert json.dumps(told, allow_nan=False)
    assert "0 items" in "\n".join(in_words(told))
