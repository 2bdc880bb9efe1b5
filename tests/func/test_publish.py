"""Candidates become MLflow runs: in a real SQLite store, and on a real server on loopback."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.core.config import Params, load_params
from penstock.core.errors import UnknownName
from penstock.effects.publish import Receipt, publish
from penstock.effects.runs_page import link_to_runs
from penstock.effects.tracking import StoreUnreadable, TrackingRefused, TrackingUnreachable
from penstock.lineage import NotAsLocked, NotBuilt, read_lock
from tests.published_workspace import EPOCHS, RAW, make_published, write_lock
from tests.servers import free_port, mlflow_server


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty store: MLflow needs seconds to make its tables, so the tests share the making."""
    root = make_published(tmp_path_factory.mktemp("first"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        publish(root, load_params(root), [])
    return (root / "mlflow.db").read_bytes()


@pytest.fixture
def root(tmp_path: Path, template: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "mlflow.db").write_bytes(template)
    return make_published(tmp_path)


def client(root: Path) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{root / 'mlflow.db'}")


def runs(root: Path) -> dict[str, Any]:
    found = client(root).get_experiment_by_name("river")
    listed = client(root).search_runs([found.experiment_id])
    named = {run.data.tags["penstock.candidate"]: run for run in listed}
    assert len(named) == len(listed)
    return named


def send(root: Path) -> list[Receipt]:
    return publish(root, load_params(root))


def test_each_candidate_and_ensemble_becomes_a_run_of_its_projects_experiment(root: Path) -> None:
    receipts = send(root)
    assert [one["candidate"] for one in receipts] == ["tree", "net", "blend"]
    assert all(one["created"] for one in receipts)
    found = runs(root)
    assert {one["candidate"]: one["run"] for one in receipts} == {
        name: run.info.run_id for name, run in found.items()
    }
    assert {run.info.status for run in found.values()} == {"FINISHED"}
    assert {run.info.run_name for run in found.values()} == {"tree", "net", "blend"}


def test_publishing_twice_makes_no_second_run(root: Path) -> None:
    first, second = send(root), send(root)
    assert [one["run"] for one in first] == [one["run"] for one in second]
    assert not any(one["created"] for one in second)
    assert len(runs(root)) == 3


def test_another_content_makes_another_run(root: Path) -> None:
    before = send(root)
    write_lock(root, depth=7)
    after = send(root)
    same = [a["run"] == b["run"] for a, b in zip(before, after, strict=True)]
    assert same == [False, True, True]


@pytest.mark.curriculum("O01", of="src/penstock/effects/publish.py")
def test_a_run_tells_settings_metrics_with_intervals_and_history(root: Path) -> None:
    send(root)
    found = runs(root)
    assert found["tree"].data.params == {
        "seed": "1", "project": "river", "name": "tree", "task": "classification",
        "model": "tree", "params.max_depth": "6",
    }  # fmt: skip
    assert found["blend"].data.params == {"members": '["tree", "net"]', "method": "mean"}
    metrics = found["net"].data.metrics
    assert metrics["test.roc_auc"] == pytest.approx(0.81)
    assert metrics["test.roc_auc.low"] == pytest.approx(0.71)
    assert metrics["test.roc_auc.high"] == pytest.approx(0.91)
    assert metrics["test.card_precision_at_100"] == pytest.approx(0.3)
    run = found["net"].info.run_id
    history = client(root).get_metric_history(run, "history/test/1/train_loss")
    assert [(point.step, point.value) for point in history] == [
        (epoch, pytest.approx(1.0 / (epoch + 1))) for epoch in range(EPOCHS)
    ]


def test_a_run_tells_the_data_it_came_from(root: Path) -> None:
    send(root)
    run = runs(root)["tree"]
    lock = read_lock(root)
    features = lock.entry("train@river-tree").deps["data/river/features"]
    assert run.data.tags["penstock.features.md5"] == features
    assert len(run.data.tags["penstock.raw.sha256"]) == 64
    assert run.data.tags["penstock.key"] == lock.content_key(
        ["train@river-tree", "evaluate@river"], part="tree"
    )
    inputs = {one.dataset.name: one.dataset for one in run.inputs.dataset_inputs}
    assert set(inputs) == {"river/features", *(f"river/raw/{name}" for name in RAW)}
    assert inputs["river/features"].digest == features
    source = json.loads(inputs["river/raw/transactions.parquet"].source)
    assert source == {
        "uri": "data/river/raw/transactions.parquet",
        "sha256": RAW["transactions.parquet"],
    }


def test_a_run_carries_model_contract_curves_and_report(root: Path) -> None:
    send(root)
    run = runs(root)["tree"].info
    folder = Path(run.artifact_uri.removeprefix("file://"))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "model/model.json",
        "contract.json",
        "importances.json",
        "trials.json",
        "curves/roc.csv",
        "report/index.html",
    }
    assert folder.is_relative_to(root / "mlruns" / "river")


@pytest.mark.curriculum("N27", of="src/penstock/effects/publish.py")
def test_candidates_of_one_model_stand_below_the_first_of_them(root: Path) -> None:
    params = root / "params.yaml"
    params.write_text(params.read_text().replace("model: mlp", "model: tree"))
    first, second = send(root), send(root)
    tree, net, blend = (one["run"] for one in first)
    assert [one["run"] for one in second] == [tree, net, blend]
    parents = {name: run.data.tags.get("mlflow.parentRunId") for name, run in runs(root).items()}
    assert parents == {"tree": None, "net": tree, "blend": None}


def test_a_variant_follows_when_the_first_of_its_model_is_another_run(root: Path) -> None:
    params = root / "params.yaml"
    params.write_text(params.read_text().replace("model: mlp", "model: tree"))
    before = send(root)
    client(root).delete_run(before[0]["run"])
    after = send(root)
    assert after[0]["run"] != before[0]["run"] and after[1]["run"] == before[1]["run"]
    assert runs(root)["net"].data.tags["mlflow.parentRunId"] == after[0]["run"]


def test_a_run_that_did_not_finish_is_made_again(root: Path) -> None:
    first = send(root)[0]["run"]
    client(root).set_terminated(first, "FAILED")
    again = send(root)
    assert [one["created"] for one in again] == [True, False, False]
    assert runs(root)["tree"].info.run_id == again[0]["run"] != first


def test_a_run_that_fails_half_way_is_no_finished_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = make_published_with_long_setting(root)
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    with pytest.raises(TrackingRefused, match="fix: "):
        publish(root, long)
    assert {name: run.info.status for name, run in runs(root).items()} == {"tree": "FAILED"}


def make_published_with_long_setting(root: Path) -> Params:
    text = (root / "dvc.lock").read_text()
    (root / "dvc.lock").write_text(text.replace('"max_depth": 6', f'"max_depth": "{"6" * 7000}"'))
    return load_params(root)


def test_the_commit_is_noted_once_there_is_one(root: Path) -> None:
    tag = "mlflow.source.git.commit"
    send(root)
    assert tag not in runs(root)["tree"].data.tags
    for command in ("init -q", "add dvc.lock", "commit -qm built"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    send(root)
    assert len(runs(root)["tree"].data.tags[tag]) == 40


def test_a_deleted_experiment_is_brought_back(root: Path) -> None:
    send(root)
    found = client(root).get_experiment_by_name("river")
    client(root).delete_experiment(found.experiment_id)
    assert len(send(root)) == 3
    assert len(runs(root)) == 3


def test_without_reports_the_error_says_what_to_run(root: Path) -> None:
    (root / "reports" / "river" / "metrics.json").unlink()
    with pytest.raises(NotAsLocked, match=r"found nothing\n  fix: dvc repro evaluate@river"):
        send(root)


def test_before_the_first_build_the_error_says_what_to_run(root: Path) -> None:
    (root / "dvc.lock").unlink()
    with pytest.raises(NotBuilt, match=r"no entry for evaluate@river\n  fix: dvc repro evaluate@"):
        send(root)


def test_a_model_that_is_not_the_locked_one_is_not_published(root: Path) -> None:
    (root / "models" / "river" / "net" / "model" / "model.json").write_text("[9]")
    with pytest.raises(NotAsLocked, match=r"models/river/net: dvc\.lock records md5 .*\.dir"):
        send(root)
    assert client(root).get_experiment_by_name("river") is None


def test_a_build_of_other_params_is_published_with_a_warning(root: Path) -> None:
    assert not any(one["changed"] for one in send(root))
    params = root / "params.yaml"
    params.write_text(params.read_text().replace("max_depth: 6", "max_depth: 7"))
    receipts = {one["candidate"]: one for one in send(root)}
    assert receipts["tree"]["changed"] == ["candidates.river-tree"]
    assert receipts["tree"]["says"].endswith(
        "\n  warning: this is the build of dvc.lock; changed since: candidates.river-tree"
        "\n  fix: dvc repro evaluate@river, then publish again"
    )
    assert not receipts["net"]["changed"] and "warning" not in receipts["net"]["says"]


def test_a_build_of_other_data_is_published_with_a_warning(root: Path) -> None:
    (root / "data" / "river" / "features" / "more.json").write_text("{}")
    changed = {one["candidate"]: one["changed"] for one in send(root)}
    assert changed == {name: ["data/river/features"] for name in ("tree", "net", "blend")}


def test_a_file_that_is_no_database_is_one_error_that_says_where_to(root: Path) -> None:
    (root / "mlflow.db").write_text("garbage " * 100)
    with pytest.raises(
        StoreUnreadable, match=r"not a database\n  fix: move it away, mv .*\.broken"
    ):
        send(root)


def test_a_misspelt_project_is_answered_with_the_nearest_name(root: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'river'"):
        publish(root, load_params(root), ["rivver"])


def test_a_server_that_is_down_is_one_error_within_seconds(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{free_port()}")
    start = time.monotonic()
    with pytest.raises(TrackingUnreachable, match=r"no answer(?s:.*)fix: start it"):
        send(root)
    assert time.monotonic() - start < 10


def test_runs_go_to_the_server_that_the_environment_names(
    root: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    receipts = send(root)
    assert [one["created"] for one in receipts] == [True, True, True]
    assert not any(one["created"] for one in send(root))
    page = re.escape(f"{server}/#/experiments/")
    assert re.fullmatch(rf"\[Its runs in MLflow\]\({page}\d+\)", link_to_runs("river"))
    assert link_to_runs("lake") == ""
    there = MlflowClient(server)
    listed = [file.path for file in there.list_artifacts(receipts[0]["run"], "model")]
    assert listed == ["model/model.json"]
    assert not (root / "mlruns").exists()


@pytest.fixture
def server(tmp_path: Path, template: bytes) -> Iterator[str]:
    with mlflow_server(tmp_path / "server", template) as url:
        yield url
