"""What is no ONNX of ours is refused before any of it runs."""

from __future__ import annotations

import hashlib
import pickle  # noqa: TID251  # to see it refused
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from penstock.core.errors import ModelFileError
from penstock.scoring.onnx_dense import write_linear
from penstock.scoring.onnx_file import open_onnx
from penstock.scoring.onnx_trees import write_trees
from tests.unit.scoring.given_trees import stump

HERE = Path(__file__).parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "model.onnx"
    write_trees(made, stump(), 2)
    return made


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refusal(path: Path, inputs: int = 2) -> str:
    with pytest.raises(ModelFileError) as error:
        open_onnx(path, digest(path), inputs)
    said = str(error.value)
    assert said.splitlines()[-1].startswith("  fix: dvc repro")
    return said


def test_a_tree_scores_as_it_was_grown(path: Path) -> None:
    rows = np.array([[0, 0], [1, 0], [2, 0], [np.nan, 0]], np.float32)

    scores = open_onnx(path, digest(path), 2).score(rows)

    odds = np.array([-1.0, 2.0, 2.0, -1.0]) + 0.5
    assert np.allclose(scores, 1 / (1 + np.exp(-odds)), atol=1e-7)
    assert scores.dtype == np.float64


def test_a_file_of_another_hash_is_refused_unread(path: Path) -> None:
    said = digest(path)
    path.write_bytes(path.read_bytes() + b"\x00")

    with pytest.raises(ModelFileError, match=rf"expected sha256 {said}, found [0-9a-f]{{64}}"):
        open_onnx(path, said, 2)


class Hostile:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path.touch, (Path("ran"),)  # type: ignore[return-value]


@pytest.mark.curriculum("O21")
def test_a_pickle_in_its_place_does_not_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path.write_bytes(pickle.dumps(Hostile()))

    assert "model.onnx" in refusal(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_short_is_refused(share: float, path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    refusal(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model\.onnx in it"):
        open_onnx(tmp_path / "model.onnx", "0" * 64, 2)


def test_a_file_too_large_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock.scoring.onnx_file.LARGEST", 10)

    assert "expected at most 10 bytes" in refusal(path)


@pytest.mark.parametrize("inputs", [1, 3])
def test_a_model_of_another_width_is_refused(inputs: int, path: Path) -> None:
    assert f"expected [('rows', {inputs})]" in refusal(path, inputs)


@pytest.mark.parametrize("place", ["../../secret.bin", "/etc/passwd", "beside.bin"])
def test_numbers_in_another_file_are_refused(place: str, path: Path, tmp_path: Path) -> None:
    write_linear(path, np.zeros(2), np.ones(2), np.ones(2), 0.0)
    model = onnx.load_from_string(path.read_bytes())
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=place)
    path.write_bytes(model.SerializeToString())

    assert "it reads numbers from other files" in refusal(path)


def test_an_operator_that_nobody_writes_here_is_refused(path: Path) -> None:
    model = onnx.load_from_string(path.read_bytes())
    model.graph.node.append(helper.make_node("Loop", ["rows"], ["other"]))
    path.write_bytes(model.SerializeToString())

    assert "it holds Loop; expected only" in refusal(path)


def test_a_graph_that_no_runtime_takes_is_refused(path: Path) -> None:
    model = onnx.load_from_string(path.read_bytes())
    model.graph.node[0].input[0] = "nowhere"
    path.write_bytes(model.SerializeToString())

    assert "it can't be run" in refusal(path)


def test_a_linear_model_scores_what_it_says(path: Path) -> None:
    write_linear(path, np.array([1.0, 0.0]), np.array([2.0, 1.0]), np.array([3.0, -1.0]), 0.25)
    rows = np.array([[1, 0], [3, 5], [1e6, 0], [-1e6, 0]], np.float32)

    scores = open_onnx(path, digest(path), 2).score(rows)

    assert scores[:2] == pytest.approx([1 / (1 + np.exp(-0.25)), 1 / (1 + np.exp(1.75))], abs=1e-12)
    assert scores[2:].tolist() == [1.0, pytest.approx(0.0)]
