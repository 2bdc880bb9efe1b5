"""Ink as a share, 0 to 1."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

ROLES = {"id": "number", "image": "image", "target": "label"}


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Tensors `image` (float32, rows × 8 × 8), `number` and `label` (int64)."""
    image = dataset.tensors["image"] / np.float32(16)
    signature = Signature((Input("image", "float32", image.shape[1:]),), ROLES)
    return Dataset(
        tensors={**dataset.tensors, "image": image}, notes={"signature": signature.to_notes()}
    )
