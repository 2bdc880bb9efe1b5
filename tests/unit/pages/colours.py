"""How far colours are apart for people with and without colour blindness.

Machado, Oliveira & Fernandes, A Physiologically-based Model for Simulation of Color Vision
Deficiency, 2009 (severity 1); distances in OKLab (Ottosson, 2020), where .02 is just noticeable.
"""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array

SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip


def linear(colour: str) -> Array:
    """`#rgb` or `#rrggbb` as linear RGB."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def seen(colour: str, sight: str) -> Array:
    """OKLab of `colour` as somebody with that sight sees it."""
    rgb = np.clip(SIGHTS[sight] @ linear(colour), 0, 1)
    cones = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    ) @ rgb  # fmt: skip
    return np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    ) @ np.cbrt(cones)  # fmt: skip


def apart(one: str, other: str, sight: str) -> float:
    """The distance of two colours for that sight."""
    return float(np.linalg.norm(seen(one, sight) - seen(other, sight)))
