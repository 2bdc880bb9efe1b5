from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.training import augment as of
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

RNG = np.random.default_rng
ALL = [of.flip(), of.shift(2), of.erase(3), of.turn(20, 0.1), of.noise(0.1)]


@pytest.mark.curriculum("N24")
@drawn
@given(n=st.integers(1, 3), c=st.integers(1, 2), h=st.integers(2, 6), w=st.integers(2, 6),
       seed=seeds)  # fmt: skip
def test_affine_maps_are_torchs(n: int, c: int, h: int, w: int, seed: int) -> None:
    matrices = numbers(seed, n, 2, 3)
    agree(
        lambda x: of.affine(x.data, matrices),
        lambda x: F.grid_sample(
            x,
            F.affine_grid(torch.from_numpy(matrices), [n, c, h, w], align_corners=False),
            align_corners=False,
        ),
        numbers(seed, n, c, h, w),
    )


@pytest.mark.curriculum("N24")
def test_a_flip_is_torchs_for_about_its_share_of_images() -> None:
    x = numbers(0, 400, 1, 2, 3)
    y = of.flip(0.25)(x, RNG(0))
    flipped = torch.from_numpy(x).flip(3).numpy()
    turned = (y == flipped).all(axis=(1, 2, 3))
    assert (turned | (y == x).all(axis=(1, 2, 3))).all() and 70 < turned.sum() < 130


@pytest.mark.curriculum("N24")
def test_a_shift_is_a_crop_of_the_padded_image() -> None:
    x = numbers(0, 60, 2, 4, 5)
    padded = F.pad(torch.from_numpy(x), (1, 1, 1, 1)).numpy()
    places = set()
    for image, around in zip(of.shift(1)(x, RNG(0)), padded, strict=True):
        crops = {(r, c): around[:, r : r + 4, c : c + 5] for r in range(3) for c in range(3)}
        (at,) = [place for place, crop in crops.items() if (crop == image).all()]
        places.add(at)
    assert len(places) == 9


@pytest.mark.curriculum("N24")
def test_an_erased_image_lacks_one_whole_square() -> None:
    x = np.ones((200, 2, 6, 7))
    y = of.erase(3, chance=0.5)(x, RNG(0))
    lost = (y == 0).sum(axis=(1, 2, 3))
    assert set(lost.tolist()) == {0, 18} and 70 < (lost > 0).sum() < 130
    rows = (y[lost > 0] == 0).any(axis=(1, 3)).sum(axis=1)
    assert (rows == 3).all()


@pytest.mark.curriculum("N24")
def test_a_turn_by_nothing_changes_nothing_and_one_by_more_keeps_the_middle() -> None:
    x = numbers(0, 3, 1, 7, 7)
    np.testing.assert_allclose(of.turn(0)(x, RNG(0)), x, atol=1e-12)
    turned = of.turn(90)(x, RNG(0))
    np.testing.assert_allclose(turned[:, :, 3, 3], x[:, :, 3, 3], atol=1e-12)
    assert not np.allclose(turned, x)


@pytest.mark.curriculum("N24")
@pytest.mark.parametrize("step", ALL)
def test_steps_keep_shape_and_dtype_repeat_by_seed_and_leave_the_given_alone(
    step: of.Augmentation,
) -> None:
    x = numbers(0, 4, 3, 8, 9).astype(np.float32)
    before = x.copy()
    one, same, other = step(x, RNG(1)), step(x, RNG(1)), step(x, RNG(2))
    assert one.shape == x.shape and one.dtype == np.float32
    assert (one == same).all() and not (one == other).all() and (x == before).all()


@pytest.mark.curriculum("N24")
def test_a_pipeline_runs_its_steps_in_order() -> None:
    steps = of.pipeline(lambda x, rng: x + 1, lambda x, rng: x * 2)
    assert steps(np.ones((1, 1, 1, 1)), RNG(0)).item() == 4


def test_what_is_no_image_or_setting_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"images \(N, C, H, W\), got \(2, 2\)"):
        of.flip()(np.ones((2, 2)), RNG(0))
    with pytest.raises(SettingError, match="a chance from 0 to 1, got 2"):
        of.flip(2)
    with pytest.raises(SettingError, match="pixels from 0"):
        of.shift(-1)
    with pytest.raises(SettingError, match="a square of 1 to 4 pixels, got 5"):
        of.erase(5)(np.ones((1, 1, 4, 9)), RNG(0))
    with pytest.raises(SettingError, match="scale from 0 to below 1"):
        of.turn(5, 1.5)
