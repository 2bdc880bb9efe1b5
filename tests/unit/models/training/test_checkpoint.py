from pathlib import Path
from typing import Any

import pytest
import torch

from penstock.models.training.checkpoint import DamagedCheckpoint, SafetensorsCheckpointIO

CHECKPOINT: dict[str, Any] = {
    "epoch": 3,
    "state_dict": {"layer.weight": torch.randn(3, 2), "steps": torch.tensor(7)},
    "optimizer_states": [{"state": {0: {"exp_avg": torch.zeros(0)}}, "betas": (0.9, 0.999)}],
    "callbacks": {"stop": {"best": torch.tensor(float("inf")), "none": None, "on": True}},
    "text": ["tensor", "000000"],
    "loss": float("inf"),
}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)


def test_what_is_written_is_read_with_its_types(tmp_path: Path) -> None:
    SafetensorsCheckpointIO().save_checkpoint(CHECKPOINT, tmp_path / "a")

    assert same(SafetensorsCheckpointIO().load_checkpoint(tmp_path / "a"), CHECKPOINT)
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_tensors_that_share_memory_are_written_apart(tmp_path: Path) -> None:
    weight = torch.randn(4)

    SafetensorsCheckpointIO().save_checkpoint({"a": weight, "b": weight[:2]}, tmp_path / "a")

    read = SafetensorsCheckpointIO().load_checkpoint(tmp_path / "a")
    assert same(read, {"a": weight, "b": weight[:2]})


def test_an_object_is_refused_when_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="no PosixPath"):
        SafetensorsCheckpointIO().save_checkpoint({"a": tmp_path}, tmp_path / "a")


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
def test_a_damaged_file_is_told_from_a_good_one(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    SafetensorsCheckpointIO().save_checkpoint(CHECKPOINT, path)
    good = path.read_bytes()
    flipped = good[:-2] + bytes([good[-2] ^ 1]) + good[-1:]
    bad = {"cut": good[:-5], "flipped": flipped, "empty": b"", "text": b"torch" * 90}
    path.write_bytes(bad[damage])

    with pytest.raises(DamagedCheckpoint):
        SafetensorsCheckpointIO().load_checkpoint(path)


def test_removing_one_that_is_gone_is_no_mistake(tmp_path: Path) -> None:
    SafetensorsCheckpointIO().remove_checkpoint(tmp_path / "gone")
