"""A net of torch, taught."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from torch import nn

from penstock.core.contracts import Array
from penstock.models.images.parts.lesson import AT_ONCE, Arrays
from penstock.models.images.parts.settings import NetSettings, TrainingSettings

MOMENTUM = 0.9


def optimizer_of(asked: TrainingSettings, net: nn.Module) -> torch.optim.Optimizer:
    """The rule by its name."""
    about: dict[str, Any] = {"lr": asked.learning_rate, "weight_decay": asked.weight_decay}
    match asked.optimizer:
        case "sgd":
            return torch.optim.SGD(net.parameters(), **about)
        case "momentum":
            return torch.optim.SGD(net.parameters(), momentum=MOMENTUM, **about)
        case "rmsprop":
            return torch.optim.RMSprop(net.parameters(), **about)
        case "adam":
            return torch.optim.Adam(net.parameters(), fused=True, **about)
        case "adamw":
            return torch.optim.AdamW(net.parameters(), fused=True, **about)


class TorchLesson(ABC):
    """See `Lesson`. In bfloat16 images lie with their channels last, as the kernels want them."""

    def __init__(self, net: nn.Module, asked: TrainingSettings, bfloat16: bool = False) -> None:
        self.half = bfloat16
        self.layout = torch.channels_last if bfloat16 else torch.contiguous_format
        self.net = net.to(memory_format=self.layout)  # type: ignore[call-overload]
        self.optimizer = optimizer_of(asked, net)

    def begin(self, seed: int) -> None:
        self.net.train()
        torch.manual_seed(seed)

    def step(self, images: Array, target: Array, rate: float) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        given, labels = self.tensor(images), torch.from_numpy(target)
        loss, noted = self.judge(given, labels)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return noted

    @abstractmethod
    def judge(
        self, images: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        """What a step makes smaller, and what of it is noted."""

    def logits(self, images: Array) -> Array:
        self.net.eval()
        with torch.inference_mode():
            parts = torch.split(self.tensor(images), AT_ONCE)
            return torch.cat([self.net(part) for part in parts]).numpy()

    def maps(self, images: Array) -> dict[str, Array]:
        self.net.eval()
        found: dict[str, Array] = {}
        hooks = [
            self.net.get_submodule(name).register_forward_hook(_keep(found, name))
            for name in getattr(self.net, "shown", ())
        ]
        try:
            with torch.inference_mode():
                self.net(self.tensor(images))
        finally:
            for hook in hooks:
                hook.remove()
        return found

    def weights(self) -> dict[str, Array]:
        return {name: _array(one) for name, one in self.net.state_dict().items()}

    def load_weights(self, weights: Arrays) -> None:
        self.net.load_state_dict({name: torch.tensor(one) for name, one in weights.items()})

    def memory(self) -> dict[str, Array]:
        return {
            f"{place}.{name}": _array(one)
            for place, state in self.optimizer.state_dict()["state"].items()
            for name, one in state.items()
            if one is not None
        }

    def load_memory(self, memory: Arrays) -> None:
        parameters = list(self.net.parameters())
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, one in memory.items():
            place, name = key.split(".", 1)
            own, kept = parameters[int(place)], torch.tensor(one)
            # As the parameter lies in memory: a fused step goes through both in one walk.
            laid = torch.empty_like(own).copy_(kept) if kept.shape == own.shape else kept
            state.setdefault(int(place), {})[name] = laid
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})

    def tensor(self, images: Array) -> torch.Tensor:
        return torch.from_numpy(images).to(memory_format=self.layout)


class ClassLesson(TorchLesson):
    """Cross-entropy of the classes, with a penalty on the weights where it is asked for."""

    def __init__(self, net: nn.Module, asked: NetSettings, bfloat16: bool = False) -> None:
        super().__init__(net, asked, bfloat16)
        self.l1 = asked.l1

    def judge(
        self, images: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, dict[str, float]]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            logits = self.net(images)
        logits = logits.float()
        loss = nn.functional.cross_entropy(logits, target)
        accuracy = float((logits.argmax(1) == target).float().mean())
        noted = {"loss": float(loss.detach()), "accuracy": accuracy}
        if self.l1:
            sizes = [one.abs().sum() for one in self.net.parameters() if one.dim() > 1]
            loss = loss + self.l1 * torch.stack(sizes).sum()
        return loss, noted


def _array(tensor: torch.Tensor) -> Array:
    return np.array(tensor.detach().contiguous().numpy())


def _keep(found: dict[str, Array], name: str) -> Any:
    def hook(module: nn.Module, given: Any, result: torch.Tensor) -> None:
        found[name] = _array(result)

    return hook
