"""What candidates of `digits` are given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from penstock.core.contracts import Signature
from penstock.projects.digits.features import FeatureSettings, featurize
from tests.digits import NAMES, features, valid


def test_images_keep_their_bytes_and_get_a_channel() -> None:
    raw, made = valid(), features()
    np.testing.assert_array_equal(made.tensors["image"][:, 0], raw.tensors["image"])
    assert made.tensors["image"].dtype == np.uint8
    (one,) = Signature.from_notes(made.notes["signature"]).inputs
    assert (one.name, one.dtype, one.shape) == ("image", "uint8", (1, 28, 28))


def test_classes_are_named_in_the_order_of_their_numbers() -> None:
    raw = valid()
    shuffled = raw.tables["classes"].sample(frac=1, random_state=1)
    made = featurize(replace(raw, tables={"classes": shuffled}), FeatureSettings())
    assert made.notes["classes"] == NAMES
    assert made.tensors["label"].dtype == np.int64
