from __future__ import annotations

import numpy as np
import pytest

from penstock.models.images.parts.augmenting import augmentation, augmented
from penstock.models.images.parts.settings import NetSettings
from tests.unit.models.images.given import digits, model

ASKED = NetSettings(shift=2, degrees=10.0, scale=0.1)


@pytest.mark.curriculum("N24", of="src/penstock/models/images/parts/augmenting.py")
def test_augmented_images_are_a_function_of_images_seed_and_settings() -> None:
    images = digits()[0][:20]
    before = images.copy()
    one, same, other = (augmented(images, seed, ASKED) for seed in (1, 1, 2))
    assert one.dtype == np.uint8 and one.shape == images.shape
    assert (one == same).all() and (one != other).any() and (images == before).all()


@pytest.mark.curriculum("N24", of="src/penstock/models/images/parts/augmenting.py")
def test_a_shift_keeps_all_ink_that_stays_within_the_frame() -> None:
    images = digits()[0][:50]
    shifted = augmented(images, 0, NetSettings(shift=2))  # these digits stand 2 from the margin
    assert (shifted.sum(axis=(1, 2, 3)) == images.sum(axis=(1, 2, 3))).all()
    assert (shifted != images).any(axis=(1, 2, 3)).mean() > 0.8


def test_nothing_asked_is_nothing_changed() -> None:
    images = digits()[0][:3]
    assert augmentation(NetSettings()) is None
    assert (augmented(images, 0, NetSettings()) == images).all()
    assert model("numpy_mlp").augmented(images, 0) is None
    shifted = augmented(images, 5, NetSettings(shift=1))
    assert (model("numpy_mlp", shift=1).augmented(images, 5) == shifted).all()
