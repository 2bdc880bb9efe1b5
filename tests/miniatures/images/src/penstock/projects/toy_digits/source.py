"""The test part of "Optical recognition of handwritten digits" (Alpaydin and Kaynak 1998).

scikit-learn brings it along, so nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from pydantic import Field

from penstock.core.dataset import Dataset
from penstock.core.settings import Settings


class GeneratorSettings(Settings):
    images: int = Field(500, ge=100, le=1797, description="the first so many")
    spoilt: int = Field(2, ge=0, description="images of which a pixel could not be read")


def generate(
    settings: GeneratorSettings, as_of: date | None, progress: Callable[[str, int, int], None]
) -> Dataset:
    """Tensors `number`, `image` and `label`."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    image = digits.images[: settings.images].astype(np.float32)
    image[7 : 7 + settings.spoilt, 4, 4] = np.nan
    label = digits.target[: settings.images].astype(np.int64)
    return Dataset(tensors={"number": np.arange(len(image)), "image": image, "label": label})
