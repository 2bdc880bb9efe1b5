"""A network that can learn random labels by heart, and still generalises on true ones.

After Zhang, Bengio, Hardt, Recht and Vinyals 2017: capacity alone explains nothing. What differs is
how long the descent takes and how far the weights must go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.models.mlp import MLP
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.optim.adam import Adam


@dataclass(frozen=True)
class Memory:
    """What training on some labels led to.

    Attributes:
        steps: until every training row was right; the most allowed where it never was.
        train, test: accuracies at the end.
        travelled: distance of all weights from where they began.
    """

    steps: int
    train: float
    test: float
    travelled: float


def memorise(
    x: Array, labels: Array, fresh: tuple[Array, Array], width: int, steps: int, seed: int
) -> Memory:
    """Train a network with one hidden layer on all rows at once until it knows them by heart.

    Args:
        x, labels: (N, inputs) and (N,) integers from 0.
        fresh: rows and true labels that it does not see.
    """
    kinds = int(max(labels.max(), fresh[1].max())) + 1
    net = MLP((x.shape[1], width, kinds), np.random.default_rng(seed))
    net.astype(x.dtype.type)
    start = [one.data.copy() for one in net.parameters()]
    adam = Adam(net.parameters(), 0.01)
    step = 0
    while step < steps and accuracy(net, x, labels) < 1:
        adam.zero_grad()
        cross_entropy(net(Tensor(x)), labels).backward()
        adam.step()
        step += 1
    moved = zip(net.parameters(), start, strict=True)
    travelled = sum(float(((one.data - was) ** 2).sum()) for one, was in moved)
    return Memory(step, accuracy(net, x, labels), accuracy(net, *fresh), travelled**0.5)


def accuracy(net: MLP, x: Array, labels: Array) -> float:
    """The share of rows whose largest logit is that of their label."""
    with no_grad():
        return float((net(Tensor(x)).data.argmax(axis=1) == labels).mean())
