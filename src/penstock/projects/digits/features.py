"""The images as they are: bytes, with an axis for the one channel they have.

Nothing is scaled here. A float32 tensor would take four times the room, and what scales, augments
or standardises belongs to the candidate that wants it.
"""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings

ROLES = {"id": "number", "image": "image", "target": "label", "part": "part"}


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Tensors `image` (uint8, rows × 1 × 28 × 28), `label`, `number` (int64) and `part` (uint8).

    The notes name the `classes` in the order of their numbers.
    """
    image = dataset.tensors["image"][:, None]
    signature = Signature((Input("image", "uint8", image.shape[1:]),), ROLES)
    classes = dataset.tables["classes"].sort_values("label")["name"]
    return Dataset(
        tensors={
            **dataset.tensors,
            "image": image,
            "label": dataset.tensors["label"].astype(np.int64),
        },
        notes={"signature": signature.to_notes(), "classes": classes.tolist()},
    )
