"""A net of the from-scratch library, taught."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from penstock.core.contracts import Array
from penstock.models.images.parts.lesson import AT_ONCE, Arrays
from penstock.models.images.parts.settings import NetSettings
from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.models.lenet import LeNet
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.nn.module import Module, Parameter
from penstock.scratch.optim.adam import Adam, AdamW
from penstock.scratch.optim.optimizer import Optimizer
from penstock.scratch.optim.penalties import l1
from penstock.scratch.optim.rmsprop import RMSprop
from penstock.scratch.optim.sgd import SGD
from penstock.scratch.training.memory import keep_memory

MOMENTUM = 0.9


def optimizer_of(asked: NetSettings, parameters: list[Parameter]) -> Optimizer:
    """The rule by its name."""
    rate, decay = asked.learning_rate, asked.weight_decay
    made: dict[str, Callable[[], Optimizer]] = {
        "sgd": lambda: SGD(parameters, rate, weight_decay=decay),
        "momentum": lambda: SGD(parameters, rate, MOMENTUM, weight_decay=decay),
        "rmsprop": lambda: RMSprop(parameters, rate, weight_decay=decay),
        "adam": lambda: Adam(parameters, rate, weight_decay=decay),
        "adamw": lambda: AdamW(parameters, rate, weight_decay=decay),
    }
    return made[asked.optimizer]()


class NumpyLesson:
    """See `Lesson`."""

    def __init__(self, net: Module, asked: NetSettings) -> None:
        self.net, self.asked = net, asked
        self.optimizer = optimizer_of(asked, net.parameters())

    def begin(self, seed: int) -> None:
        keep_memory()
        self.net.train()
        for _, module in self.net.named_modules():
            if isinstance(module, Dropout):
                module.rng = np.random.default_rng(seed)

    def step(self, images: Array, target: Array, rate: float) -> dict[str, float]:
        self.optimizer.learning_rate = rate
        logits = self.net(Tensor(images))
        loss = cross_entropy(logits, target)
        self.optimizer.zero_grad()
        if self.asked.l1:
            weights = [one for one in self.net.parameters() if len(one.shape) > 1]
            (loss + l1(weights, self.asked.l1)).backward()
        else:
            loss.backward()
        self.optimizer.step()
        accuracy = float((logits.data.argmax(axis=1) == target).mean())
        return {"loss": loss.item(), "accuracy": accuracy}

    @no_grad()
    def logits(self, images: Array) -> Array:
        self.net.eval()
        parts = np.split(images, range(AT_ONCE, len(images), AT_ONCE))
        return np.concatenate([self.net(Tensor(part)).data for part in parts])

    @no_grad()
    def maps(self, images: Array) -> dict[str, Array]:
        self.net.eval()
        if not isinstance(self.net, LeNet):
            return {}  # a perceptron has no maps
        return {name: one.data for name, one in self.net.feature_maps(Tensor(images)).items()}

    def weights(self) -> dict[str, Array]:
        return self.net.state_dict()

    def load_weights(self, weights: Arrays) -> None:
        self.net.load_state_dict(weights)

    def memory(self) -> dict[str, Array]:
        return self.optimizer.state_dict()

    def load_memory(self, memory: Arrays) -> None:
        self.optimizer.load_state_dict(memory)
