"""A picture from its first singular values: how small, and how far off (Eckart and Young 1936)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.algebra.svd import svd
from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


@dataclass(frozen=True)
class Compressed:
    """A picture as `rank` columns and rows.

    Attributes:
        picture: (height, width), what they give back.
        share: numbers kept, of those of the picture.
        error: √Σ of squared differences, which is √Σ of squared singular values left out.
        psnr: 10 log₁₀(peak² / mean squared difference), in dB; infinite where nothing is lost.
    """

    rank: int
    picture: Array
    share: float
    error: float
    psnr: float


def compress(picture: Array, ranks: list[int], peak: float = 255.0) -> list[Compressed]:
    """The best approximation of each rank.

    Raises:
        SettingError: a rank outside 1 … min(height, width).
    """
    u, sigma, vt = svd(picture)
    found = []
    for rank in ranks:
        if not 1 <= rank <= len(sigma):
            raise SettingError("compress", f"ranks from 1 to {len(sigma)}", rank)
        made = (u[:, :rank] * sigma[:rank]) @ vt[:rank]
        mean = float(((made - picture) ** 2).mean())
        psnr = float(10 * np.log10(peak**2 / mean)) if mean > 0 else np.inf
        share = rank * (sum(picture.shape) + 1) / picture.size
        error = float(np.sqrt((sigma[rank:] ** 2).sum()))
        found.append(Compressed(rank, made, share, error, psnr))
    return found
