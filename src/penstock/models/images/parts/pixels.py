"""From a view to images and their classes."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, View
from penstock.core.errors import PenstockError

SHAPE = (1, 28, 28)
WHITE = np.float32(255)  # the brightest of a pixel's values


class NotImages(PenstockError):
    """A view lacks the tensor of images, or it holds something else."""

    def __init__(self, name: str, found: str) -> None:
        shape = f"uint8 (n, {', '.join(map(str, SHAPE))})"
        super().__init__(
            f"tensor {name!r}: expected images {shape}, found {found}\n"
            "  fix: cut, scale or cast the images in the project's features.py, then dvc repro"
        )


class NotClasses(PenstockError):
    """The labels to fit on are not those of the classes that the data names."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"labels: {problem}\n"
            "  fix: mend labels or classes in the project's features.py, then dvc repro"
        )


def pixels(view: View) -> Array:
    """The images of a view, uint8 (n, 1, 28, 28).

    Raises:
        NotImages: there are none, or of another dtype or shape.
    """
    name = view.signature.roles.get("image", "image")
    found = view.data.tensors.get(name)
    if found is None:
        raise NotImages(name, f"only {sorted(view.data.tensors) or 'nothing'}")
    if found.dtype != np.uint8 or found.shape[1:] != SHAPE:
        raise NotImages(name, f"{found.dtype} {found.shape}")
    return found


def classes_of(view: View) -> tuple[str, ...]:
    """Names of the classes, by number.

    Raises:
        NotClasses: the data names fewer than two.
    """
    names = tuple(str(one) for one in view.data.notes.get("classes", ()))
    if len(names) < 2:
        raise NotClasses(f"expected the names of two classes at least, found {list(names)}")
    return names


def labels(view: View, classes: int) -> Array:
    """The target of a view to fit on, int64 (n,).

    Raises:
        NotClasses: a class has no image, or an image has another class.
    """
    assert view.target is not None, "a view to fit on has a target"
    found, expected = set(np.unique(view.target).tolist()), set(range(classes))
    if found - expected:
        strange = sorted(found - expected)[:10]
        raise NotClasses(f"expected whole numbers from 0 to {classes - 1}, found {strange}")
    if expected - found:
        missing = sorted(expected - found)[:10]
        raise NotClasses(f"no image of the classes {missing} among the {len(view.target)} to fit")
    return view.target.astype(np.int64)


def scaled(images: Array) -> Array:
    """Bytes as float32 in [0, 1]."""
    share: Array = images.astype(np.float32) / WHITE
    return share
