from pathlib import Path

import pytest
import torch
from torch import nn

from penstock.core.errors import ModelFileError
from penstock.scoring.tensors_file import load_weights, save_weights


def test_weights_come_back_bit_for_bit(tmp_path: Path) -> None:
    written, read = nn.Linear(3, 2), nn.Linear(3, 2)

    save_weights(written, tmp_path / "a")
    load_weights(read, tmp_path / "a")

    assert all(map(torch.equal, written.state_dict().values(), read.state_dict().values()))


def test_weights_of_another_net_are_refused(tmp_path: Path) -> None:
    save_weights(nn.Linear(3, 2), tmp_path / "a")

    with pytest.raises(ModelFileError, match=r"does not fit the settings in model\.json"):
        load_weights(nn.Linear(3, 4), tmp_path / "a")


def test_a_missing_and_a_damaged_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="no a in it"):
        load_weights(nn.Linear(3, 2), tmp_path / "a")

    (tmp_path / "a").write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelFileError, match="a is no safetensors file"):
        load_weights(nn.Linear(3, 2), tmp_path / "a")
