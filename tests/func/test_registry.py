"""MLflow's registry follows the pointer: in a real SQLite store, and on a real server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from penstock.core.config import load_params
from penstock.core.files import sha256_of_file
from penstock.effects.batches import MODEL_KEY
from penstock.effects.champions import Store, Version
from penstock.effects.champions.errors import NoChampion
from penstock.effects.publish import publish
from penstock.effects.registry import follow, mirror
from penstock.effects.rollback import rollback
from penstock.effects.tracking import TrackingRefused, TrackingUnreachable
from penstock.lineage import read_lock
from tests.champions import PROJECT, crown, make_model, make_version, pointer_to
from tests.published_workspace import make_published
from tests.servers import mlflow_server


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with the runs of the toy project: MLflow needs seconds to make its tables."""
    root = make_published(tmp_path_factory.mktemp("first"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        publish(root, load_params(root))
    return (root / "mlflow.db").read_bytes()


@pytest.fixture
def root(tmp_path: Path, template: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    (tmp_path / "mlflow.db").write_bytes(template)
    return make_published(tmp_path)


def keep_published(root: Path, candidate: str) -> Version:
    """Keep a candidate of the toy workspace, whose run is published."""
    folder = root / "models" / PROJECT / candidate
    files = ("contract.json", "model/model.json")
    other = make_version(make_model(root / "other", "other"), "0", candidate)
    version = other.model_copy(
        update={
            "key": read_lock(root).content_key([f"train@{PROJECT}-{candidate}"]),
            "files": {name: sha256_of_file(folder / name) for name in files},
        }
    )
    Store.open(root).keep(PROJECT, version, folder)
    return version


def keep_unpublished(root: Path, digit: str) -> Version:
    """Keep a model that no run of MLflow holds."""
    version = make_version(make_model(root / digit, digit), digit)
    Store.open(root).keep(PROJECT, version, root / digit)
    return version


def client(root: Path) -> Any:
    from mlflow import MlflowClient

    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{root / 'mlflow.db'}"
    return MlflowClient(uri, uri)


def aliased(root: Path) -> Any:
    return client(root).get_model_version_by_alias(PROJECT, "champion")


def registered(root: Path) -> list[Any]:
    found = client(root).search_model_versions(f"name = '{PROJECT}'")
    return sorted(found, key=lambda one: int(one.version))


@pytest.mark.curriculum("O03", of="src/penstock/effects/registry.py")
def test_the_champion_is_a_version_whose_source_is_its_published_run(root: Path) -> None:
    version = keep_published(root, "net")
    crown(Store.open(root), version)
    told = mirror(root, PROJECT)
    found = aliased(root)
    run = client(root).get_run(found.run_id)
    assert told["changed"] and told["version"] == str(found.version) == "1"
    assert run.data.tags["penstock.candidate"] == "net"
    assert run.data.tags["penstock.model.key"] == version.key
    assert found.source == f"runs:/{found.run_id}/model"
    assert found.tags == {
        "penstock.model.key": version.key,
        "penstock.candidate": "net",
        "penstock.model": "classification/net",
        "penstock.trained_through": version.trained_through,
        "penstock.raw.sha256": version.raw["transactions.parquet"],
        "penstock.features.md5": version.features,
    }


def test_a_model_that_was_not_published_has_the_store_as_its_source(root: Path) -> None:
    version = keep_unpublished(root, "a")
    crown(Store.open(root), version)
    mirror(root, PROJECT)
    found = aliased(root)
    assert found.source == f"{root}/champions/{PROJECT}/models/{version.key}"
    assert not found.run_id


def test_mirroring_twice_is_mirroring_once(root: Path) -> None:
    crown(Store.open(root), keep_unpublished(root, "a"), keep_published(root, "tree"))
    first, second = mirror(root, PROJECT), mirror(root, PROJECT)
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["version"] == second["version"] == "2"
    assert len(registered(root)) == 2


def test_the_alias_follows_a_rollback_and_no_version_is_made_twice(root: Path) -> None:
    a, b = keep_unpublished(root, "a"), keep_published(root, "tree")
    crown(Store.open(root), a, b)
    mirror(root, PROJECT)
    rollback(root, PROJECT)
    assert follow(root, PROJECT) == "MLflow: champion of river now names version 1"
    assert aliased(root).tags["penstock.model.key"] == a.key
    assert len(registered(root)) == 2


def test_what_somebody_changed_by_hand_is_mended(root: Path) -> None:
    a, b = keep_unpublished(root, "a"), keep_unpublished(root, "b")
    crown(Store.open(root), a, b)
    mirror(root, PROJECT)
    mlflow = client(root)
    mlflow.set_registered_model_alias(PROJECT, "champion", "1")
    mlflow.delete_model_version_tag(PROJECT, "2", "penstock.candidate")
    assert mirror(root, PROJECT)["changed"]
    assert aliased(root).tags["penstock.candidate"] == "tree"
    assert aliased(root).tags["penstock.model.key"] == b.key
    mlflow.delete_registered_model(PROJECT)
    assert mirror(root, PROJECT)["changed"]
    assert [one.tags["penstock.model.key"] for one in registered(root)] == [a.key, b.key]


def test_a_commit_that_becomes_known_reaches_the_registry(root: Path) -> None:
    version = keep_unpublished(root, "a")
    crown(Store.open(root), version)
    mirror(root, PROJECT)
    known = version.model_copy(update={"lock_revision": "1" * 40})
    Store.open(root).keep(PROJECT, known, root / "a")
    assert mirror(root, PROJECT)["changed"]
    assert aliased(root).tags["penstock.lock.revision"] == "1" * 40


def test_a_run_that_was_published_before_it_had_the_tag_gets_it(root: Path) -> None:
    version = keep_published(root, "tree")
    mlflow = client(root)
    [run] = mlflow.search_runs(["1"], f"tags.`penstock.model.key` = '{version.key}'")
    mlflow.delete_tag(run.info.run_id, "penstock.model.key")
    publish(root, load_params(root))
    crown(Store.open(root), version)
    mirror(root, PROJECT)
    assert aliased(root).run_id == run.info.run_id


def test_an_ensemble_has_no_model_that_could_be_found(root: Path) -> None:
    runs = client(root).search_runs(["1"])
    tagged = {r.data.tags["penstock.candidate"]: "penstock.model.key" in r.data.tags for r in runs}
    assert tagged == {"tree": True, "net": True, "blend": False}


def test_without_a_champion_there_is_nothing_to_mirror(root: Path) -> None:
    with pytest.raises(NoChampion, match=r"no champion yet\n  fix: penstock promote river"):
        mirror(root, PROJECT)


def test_a_server_that_is_down_stops_no_rollback_and_is_said_in_a_sentence(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = keep_unpublished(root, "a"), keep_unpublished(root, "b")
    crown(Store.open(root), a, b)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert rollback(root, PROJECT)["to"] == a.key
    told = follow(root, PROJECT)
    assert told.startswith("MLflow lags behind until the next promotion or rollback: no answer")
    assert "\n" not in told
    with pytest.raises(TrackingUnreachable):
        mirror(root, PROJECT)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert mirror(root, PROJECT)["changed"]
    assert aliased(root).tags["penstock.model.key"] == a.key


def test_a_server_keeps_the_registry_of_what_was_published_there(
    root: Path, template: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mlflow_server(root / "server", template) as url:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
        publish(root, load_params(root))
        crown(Store.open(root), keep_published(root, "tree"))
        assert mirror(root, PROJECT)["changed"]
        assert not mirror(root, PROJECT)["changed"]
        assert aliased(root).source == f"runs:/{aliased(root).run_id}/model"
        later = keep_unpublished(root, "a")  # a server takes no folder of ours as a source
        Store.open(root).point(PROJECT, pointer_to(later), aliased(root).tags[MODEL_KEY])
        with pytest.raises(TrackingRefused, match=r"fix: .* penstock publish"):
            mirror(root, PROJECT)
        assert follow(root, PROJECT).startswith("MLflow lags behind")
