"""A picture by its singular values."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array, Chart
from penstock.pages.lab.plane import Plane
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.pages.pictures import Picture, Sheet
from penstock.scratch.algebra.compression import compress
from penstock.scratch.algebra.plane import SQUARE, area, moved, rotation, shear
from penstock.scratch.algebra.svd import svd

SIZE = 64


def picture() -> Array:
    """(64, 64): rings and a slope, 0 to 255."""
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    rings = np.sin(14 * np.hypot(x - 0.25, y + 0.15)) * np.exp(-2 * (x**2 + y**2))
    return np.asarray(np.clip(110 + 60 * x + 120 * rings, 0, 255))


def figures() -> list[Figure]:
    whole = picture()
    told = compress(whole, [1, 2, 4, 8, 16, 32])
    sigma = svd(whole)[1]
    shown = [
        Picture(one.picture, f"rank {one.rank}", f"rank {one.rank}: {one.psnr:.0f} dB")
        for one in told
    ]
    ranks = np.arange(1, len(sigma) + 1)
    errors = np.sqrt(np.maximum((sigma**2).sum() - (sigma**2).cumsum(), 0) / (sigma**2).sum())
    return [
        Sheet(
            "The picture by rank",
            [("", [*shown, Picture(whole, "the picture", "all 64")])],
            kind="heat",
            wide=96,
        ),
        Chart(
            "error", "Relative error against rank", "rank", "error", over(ranks, {"error": errors}),
            caption="No other approximation of that rank has a smaller error.",
        ),
        _plane(),
    ]  # fmt: skip


def _plane() -> Plane:
    matrices = {"turn": rotation(0.5), "shear": shear(0.8), "squeeze": np.diag([1.5, 0.5])}
    closed = np.vstack([SQUARE, SQUARE[:1]])
    paths = {"unit square": closed}
    paths |= {name: moved(matrix, closed) for name, matrix in matrices.items()}
    sizes = ", ".join(f"{name} {area(moved(m, SQUARE)):.2f}" for name, m in matrices.items())
    return Plane(
        "What a matrix does to the plane",
        paths=paths,
        caption=f"Areas become |det| times what they were: {sizes}.",
        square=True,
    )


TOPIC = Topic(
    "Singular values",
    "Every matrix is a turn, a stretch along axes, and a turn. Keep the longest stretches and "
    "you have the best small copy there is.",
    [
        ("A = U Σ Vᵀ", "columns of U and V are orthonormal, Σ is diagonal and falls"),
        ("|A − Aₖ|² = Σ σᵢ², i > k", "Eckart and Young 1936"),
        ("k (m + n + 1) numbers", "instead of m n"),
    ],
    figures,
    ("F01", "F02", "F03", "F04", "F06", "F07"),
    [
        ("models/ranking/ials.py", "users and items as short vectors"),
        ("models/ranking/mf_sgd.py", "the same, learnt by descent"),
    ],
    ["Why do natural pictures have singular values that fall so fast?"],
)
