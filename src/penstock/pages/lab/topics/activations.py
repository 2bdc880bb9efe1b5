"""Bends between layers, and their slopes."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Chart
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.scratch.drawing.curves import with_derivative
from penstock.scratch.nn.activations import gelu, leaky_relu, relu, sigmoid, tanh

BENDS = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": relu, "leaky ReLU": leaky_relu, "GELU": gelu}


def figures() -> list[Figure]:
    x = np.linspace(-4, 4, 161)
    both = {name: with_derivative(bend, x) for name, bend in BENDS.items()}
    values = over(x, {name: pair[0] for name, pair in both.items()})
    slopes = over(x, {name: pair[1] for name, pair in both.items()})
    return [
        Chart("values", "Values", "x", "value", values),
        Chart(
            "slopes", "Slopes", "x", "slope", slopes,
            caption="A sigmoid's slope is at most 1/4: of ten layers a millionth is left.",
        ),
    ]  # fmt: skip


TOPIC = Topic(
    "Activations",
    "Without a bend between them, two linear layers are one. Which bend it is decides how much "
    "of a gradient survives the way back.",
    [
        ("σ(x) = 1 / (1 + e⁻ˣ)", "between 0 and 1; slope σ(1 − σ), at most 1/4"),
        ("tanh x = 2σ(2x) − 1", "around 0; slope 1 − tanh² x, at most 1"),
        ("ReLU x = max(0, x)", "slope 0 or 1, so that depth takes nothing away where it is on"),
        ("GELU x ≈ ½x (1 + tanh √(2/π)(x + 0.0447 x³))", "smooth, and a little below 0"),
    ],
    figures,
    ("N02", "N28", "N13"),
    [
        ("models/classification/mlp.py", "ReLU between the layers of the fraud and ULB networks"),
        ("models/classification/parts/sequence_net.py", "in the networks over a card's past"),
    ],
    [
        "Why do smooth bends train better than ReLU in Transformers, by so little and so reliably?",
        "How many units of a ReLU network are never on, and does it matter?",
    ],
)
