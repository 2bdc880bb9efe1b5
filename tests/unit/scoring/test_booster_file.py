from pathlib import Path

import numpy as np
import pytest
import xgboost

from penstock.core.errors import ModelFileError
from penstock.scoring.booster_file import load_booster, save_booster

ROWS = np.random.default_rng(0).normal(size=(200, 3)).astype("float32")


def grown() -> xgboost.Booster:
    data = xgboost.DMatrix(ROWS, (ROWS[:, 0] > 0).astype(int))
    return xgboost.train({"objective": "binary:logistic", "max_depth": 2}, data, 3)


def test_what_is_read_scores_as_what_was_written(tmp_path: Path) -> None:
    booster = grown()

    save_booster(booster, tmp_path / "model.ubj")

    read = load_booster(tmp_path / "model.ubj", 3)
    data = xgboost.DMatrix(ROWS)
    assert np.array_equal(read.predict(data), booster.predict(data))


def test_a_booster_of_another_width_is_refused(tmp_path: Path) -> None:
    save_booster(grown(), tmp_path / "model.ubj")

    with pytest.raises(ModelFileError, match=r"takes 3 inputs; model\.json names 4"):
        load_booster(tmp_path / "model.ubj", 4)


WHOLE = bytes(grown().save_raw("ubj"))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\x80\x04pickle", b"{Lx}", WHOLE[: len(WHOLE) // 2], WHOLE[:-1]]
)
def test_what_is_no_model_is_said_and_does_not_end_the_process(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.ubj").write_bytes(data)

    with pytest.raises(ModelFileError, match=r"model\.ubj is no (XGBoost|whole)") as error:
        load_booster(tmp_path / "model.ubj", 3)
    assert len(str(error.value).splitlines()) == 2


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model\.ubj in it"):
        load_booster(tmp_path / "model.ubj", 3)
