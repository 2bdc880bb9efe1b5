from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from penstock.core.dataset import save
from penstock.core.errors import DatasetError, ModelFileError
from penstock.retrieval.errors import NotServable
from penstock.retrieval.opening import open_retriever
from penstock.scoring.contract import write_contract
from tests.unit.models.ranking.given import DATA, trial
from tests.unit.retrieval.given import first_user, model, retriever


def keep(folder: Path, name: str, fitted: Any) -> None:
    """As the stage `train` leaves a model."""
    (folder / "model").mkdir(parents=True)
    fitted.save(folder / "model")
    write_contract(
        folder,
        model=f"ranking/{name}",
        settings=fitted.get_params(),
        signature=trial().fit_view.signature,
        seed=0,
        threads=1,
        trained_through=None,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    save(DATA, tmp_path / "data" / "shop" / "features")
    for name in ("ease", "recent_popularity"):
        keep(tmp_path / "models" / "shop" / name, name, model(name, tmp_path / "fit"))
    return tmp_path


def test_what_was_built_answers_as_what_was_fitted(root: Path) -> None:
    served = open_retriever(root, "shop", "ease", "recent_popularity")
    whole = retriever("ease", root, trial().fit_view)
    for item in DATA.tables["interactions"].query(f"user == {first_user()}")["item"].tolist():
        whole.take(first_user(), item)
    assert served.recommend(first_user(), 10) == whole.recommend(first_user(), 10)
    assert served.recommend("nobody", 10) == whole.recommend("nobody", 10)


def test_what_is_not_built_is_told(root: Path) -> None:
    with pytest.raises(ModelFileError, match=r"slim: no contract\.json in it\n  fix: dvc repro"):
        open_retriever(root, "shop", "slim", "recent_popularity")
    with pytest.raises(DatasetError, match="fix: dvc repro"):
        open_retriever(root, "films", "ease", "recent_popularity")
    with pytest.raises(NotServable, match="EASE"):
        open_retriever(root, "shop", "ease", "ease")
    tensors = root / "models" / "shop" / "ease" / "model" / "tensors.safetensors"
    tensors.write_bytes(tensors.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFileError, match="expected sha256"):
        open_retriever(root, "shop", "ease", "recent_popularity")


def test_a_model_of_another_task_is_refused(root: Path) -> None:
    from penstock.models.classification.logistic import MODEL
    from tests.unit.models.given import context, view

    other = MODEL(MODEL.Settings()).fit(view(), context(root / "checkpoints"))
    folder = root / "models" / "shop" / "logistic"
    keep(folder, "ease", other)
    contract = folder / "contract.json"
    contract.write_text(contract.read_text().replace("ranking/ease", "classification/logistic"))
    with pytest.raises(NotServable, match="classification/logistic"):
        open_retriever(root, "shop", "logistic", "recent_popularity")
