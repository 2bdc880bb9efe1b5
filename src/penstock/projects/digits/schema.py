"""Grey images of 28 × 28 pixels and what they show, as MNIST and sets written like it hold them."""

from penstock.core.contracts import Column, Schema, Tensor

CLASSES = (
    Column("label", "int64", "id", says="number of the class, from 0"),
    Column("name", "string", "text", says="what people call it"),
)
SCHEMA = Schema(
    {"classes": CLASSES},
    tensors=(
        Tensor("image", "uint8", (28, 28), "image", says="ink, 0 to 255"),
        Tensor("label", "uint8", role="target", says="number of the class that it shows"),
        Tensor("number", "int64", role="id", says="unique, in the order of the files"),
        Tensor("part", "uint8", says="0: to learn from, 1: to be judged on"),
    ),
)
