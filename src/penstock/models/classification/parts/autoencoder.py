"""What shapes an autoencoder, told apart from the net: reading settings needs no torch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from penstock.core import settings


class AutoencoderSettings(settings.Settings):
    """What shapes the net and its training."""

    hidden: tuple[Annotated[int, Field(ge=1, le=65_536)], ...] = Field(
        (64,), description="widths from the inputs to the code; mirrored on the way back"
    )
    code: int = Field(4, ge=1, le=65_536, description="numbers that a row is squeezed into")
    epochs: int = Field(10, ge=1, le=10_000, description="passes over the rows")
    batch_size: int = Field(256, ge=1)
    learning_rate: float = Field(1e-3, gt=0, description="of Adam")
