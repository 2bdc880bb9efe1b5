"""Images, and the digit that was meant."""

from penstock.core.contracts import Schema, Tensor

SCHEMA = Schema(
    tensors=(
        Tensor("number", "int64", role="id", says="unique number of the image"),
        Tensor("image", "float32", (8, 8), "image", says="ink, 0 to 16"),
        Tensor("label", "int64", role="target", says="the digit"),
    )
)
