from pathlib import Path

import numpy as np
import pytest

from penstock.core.errors import ModelFileError
from penstock.scoring.arrays_file import FILE, load_arrays, load_shaped, save_arrays

LEARNT = {"weight": np.arange(6.0).reshape(2, 3), "steps": np.array(7)}
SHAPES = {"weight": (2, 3), "steps": ()}


def test_arrays_come_back_with_their_bits_kinds_and_shapes(tmp_path: Path) -> None:
    save_arrays(LEARNT, tmp_path)

    found = load_shaped(tmp_path, SHAPES)

    assert set(found) == set(LEARNT)
    for name, one in LEARNT.items():
        assert (found[name].dtype, found[name].shape) == (one.dtype, one.shape)
        assert found[name].tobytes() == one.tobytes()


def test_equal_arrays_give_equal_bytes_however_they_lie_in_memory(tmp_path: Path) -> None:
    written = []
    for weight in (LEARNT["weight"], np.asfortranarray(LEARNT["weight"])):
        save_arrays({"weight": weight}, tmp_path)
        written.append((tmp_path / FILE).read_bytes())

    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("shapes", "named"),
    [
        (SHAPES | {"weight": (3, 2)}, "weight"),
        (SHAPES | {"steps": (1,)}, "steps"),
        (SHAPES | {"bias": (2,)}, "bias"),
        ({"weight": (2, 3)}, "steps"),
    ],
)
def test_other_names_and_shapes_are_refused_and_named(
    shapes: dict[str, tuple[int, ...]], named: str, tmp_path: Path
) -> None:
    save_arrays(LEARNT, tmp_path)

    with pytest.raises(ModelFileError, match=rf"does not fit model\.json: {named}\n  fix: dvc"):
        load_shaped(tmp_path, shapes)


def test_a_missing_and_a_damaged_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=rf"no {FILE} in it"):
        load_arrays(tmp_path)

    (tmp_path / FILE).write_bytes(b"\x80\x04pickle")
    with pytest.raises(ModelFileError, match=rf"{FILE} is no safetensors file"):
        load_arrays(tmp_path)
