from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.dataset import save
from penstock.core.errors import DatasetError, ModelFileError
from penstock.retrieval.errors import NotServable
from penstock.retrieval.opening import open_retriever
from penstock.retrieval.retriever import Retriever
from tests.unit.models.ranking.given import DATA, trial
from tests.unit.retrieval.given import first_user, keep, model, retriever


@pytest.fixture
def root(tmp_path: Path) -> Path:
    save(DATA, tmp_path / "data" / "shop" / "features")
    for name in ("ease", "recent_popularity"):
        keep(tmp_path / "models" / "shop" / name, name, model(name, tmp_path / "fit"))
    return tmp_path


def opened(root: Path, model: str, trending: str, project: str = "shop") -> Retriever:
    models = root / "models" / "shop"
    return open_retriever(root / "data" / project / "features", models / model, models / trending)


def test_what_was_built_answers_as_what_was_fitted(root: Path) -> None:
    served = opened(root, "ease", "recent_popularity")
    whole = retriever("ease", root, trial().fit_view)
    for item in DATA.tables["interactions"].query(f"user == {first_user()}")["item"].tolist():
        whole.take(first_user(), item)
    assert served.recommend(first_user(), 10) == whole.recommend(first_user(), 10)
    assert served.recommend("nobody", 10) == whole.recommend("nobody", 10)


def test_what_is_not_built_is_told(root: Path) -> None:
    with pytest.raises(ModelFileError, match=r"slim: no contract\.json in it\n  fix: dvc repro"):
        opened(root, "slim", "recent_popularity")
    with pytest.raises(DatasetError, match="fix: dvc repro"):
        opened(root, "ease", "recent_popularity", "films")
    with pytest.raises(NotServable, match="EASE"):
        opened(root, "ease", "ease")
    tensors = root / "models" / "shop" / "ease" / "model" / "tensors.safetensors"
    tensors.write_bytes(tensors.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFileError, match="expected sha256"):
        opened(root, "ease", "recent_popularity")


def test_a_model_of_another_task_is_refused(root: Path) -> None:
    from penstock.models.classification.logistic import MODEL
    from tests.unit.models.given import context, view

    other = MODEL(MODEL.Settings()).fit(view(), context(root / "checkpoints"))
    folder = root / "models" / "shop" / "logistic"
    keep(folder, "ease", other)
    contract = folder / "contract.json"
    contract.write_text(contract.read_text().replace("ranking/ease", "classification/logistic"))
    with pytest.raises(NotServable, match="classification/logistic"):
        opened(root, "logistic", "recent_popularity")
