"""What `params` of the nets may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from penstock.core.settings import Settings

Width = Annotated[int, Field(ge=1, le=65_536)]
Precision = Annotated[
    Literal["float32", "bfloat16"],
    Field(description="of products while training; weights and scores are float32"),
]


class TrainingSettings(Settings):
    """How steps are made."""

    epochs: int = Field(10, ge=1, le=10_000, description="passes over the images at most")
    batch_size: int = Field(128, ge=1, description="images in a step")
    optimizer: Literal["sgd", "momentum", "rmsprop", "adam", "adamw"] = Field(
        "adam", description="rule of a step; momentum is SGD with 0.9 of the last one"
    )
    learning_rate: float = Field(1e-3, gt=0, description="of the optimiser, at its highest")
    schedule: Literal["constant", "cosine"] = Field(
        "cosine", description="cosine: it rises over the first tenth of the steps, then falls to 0"
    )
    weight_decay: float = Field(0.0, ge=0, description="L2 pull of a step on every weight")


class NetSettings(TrainingSettings):
    """How a net that classifies is trained and asked."""

    l1: float = Field(0.0, ge=0, description="strength of a penalty on the weights' sizes")
    shift: int = Field(0, ge=0, le=27, description="pixels that a training image is moved at most")
    degrees: float = Field(0.0, ge=0, le=180, description="that one is turned at most")
    scale: float = Field(0.0, ge=0, lt=1, description="share that one grows or shrinks at most")
    views: Literal[1, 5] = Field(
        1, description="5: scores are the mean over an image and its shifts by one pixel"
    )
    patience: int | None = Field(
        None,
        ge=1,
        description="epochs without a lower validation loss to stop; null: all epochs, all images",
    )


class MLPSettings(NetSettings):
    """A perceptron's."""

    hidden: tuple[Width, ...] = Field((256,), description="width of each hidden layer")
    dropout: float = Field(0.0, ge=0, lt=1, description="share of a hidden layer left out a step")


class ConvolutionalSettings(NetSettings):
    """Those of nets of 3 × 3 convolutions."""

    batch_norm: bool = Field(True, description="standardise every channel over the batch")
    precision: Precision = "bfloat16"
