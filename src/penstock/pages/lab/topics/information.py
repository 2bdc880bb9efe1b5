"""Surprise, counted."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Chart
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.scratch.probability.information import (
    cross_entropy,
    divergence,
    entropy,
    information_gain,
)


def coin(p: float) -> np.ndarray:
    """The chances of a coin."""
    return np.array([1 - p, p])


def figures() -> list[Figure]:
    p = np.linspace(0.01, 0.99, 99)
    truth = coin(0.3)
    beliefs = {
        "cross-entropy": [cross_entropy(truth, coin(q)) for q in p],
        "divergence": [divergence(truth, coin(q)) for q in p],
        "entropy of the truth": [entropy(truth)] * len(p),
    }
    believed = over(p, beliefs)
    random = np.random.default_rng(0)
    x = np.sort(random.normal(size=300))
    labels = (x + 0.6 * random.normal(size=300) > 0.4).astype(int)
    gains = [information_gain(labels, (x > cut).astype(int)) for cut in x[5:-5]]
    return [
        Chart("coin", "Entropy of a coin", "chance of heads", "nats",
              over(p, {"entropy": [entropy(coin(one)) for one in p]})),
        Chart("belief", "The price of a wrong belief", "believed chance; the truth is 0.3", "nats",
              believed, caption="They differ by the entropy, so that one minimum serves both."),
        Chart("gain", "Where a tree would split", "threshold", "gain in nats",
              over(x[5:-5], {"gain": gains}),
              caption="Rows above 0.4 are mostly of class 1; the largest gain finds it."),
    ]  # fmt: skip


TOPIC = Topic(
    "Information",
    "How surprised one is on average, what a wrong belief adds to that, and what a question "
    "takes away.",
    [
        ("H(p) = −Σ p log p", "entropy"),
        ("H(p, q) = −Σ p log q", "cross-entropy: the loss of a classifier that believes q"),
        ("KL(p ‖ q) = H(p, q) − H(p)", "never negative"),
        ("I(X; Y) = KL(p(x, y) ‖ p(x) p(y))", "what X tells of Y: the gain of a split"),
    ],
    figures,
    ("F17", "F18", "F19", "N03"),
    [
        ("models/classification/xgboost.py", "minimises the cross-entropy of labels"),
        ("tasks/classification/calibration.py", "recalibrates what was believed"),
    ],
    ["A loss in nats says little to a person: which figure does an analyst act on?"],
)
