"""Training speed of the from-scratch library beside torch, on one core, in one run.

python benchmarks/scratch.py          half a minute
python benchmarks/scratch.py --full   three times as long, for figures to quote

Both libraries train the same net from the same weights on the same batches by Adam, float32, one
thread, in turns; their losses agree step by step, or nothing is timed. A step is forward, backward
and update. Rates are by CPU time.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.models.char_lstm import CharLSTM
from penstock.scratch.models.lenet import LeNet
from penstock.scratch.models.mlp import MLP
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.nn.module import Module
from penstock.scratch.optim.adam import Adam
from penstock.scratch.training.memory import keep_memory

BATCH, STEPS, CHARACTERS, HIDDEN = 128, 64, 65, 128
RATE = 1e-3
CLAIMS = {"MLP 784-256-10": 50_000, "LeNet": 15_000, "LSTM H128 T64": 100_000}  # a second, at least
UNITS = {"MLP 784-256-10": "samples", "LeNet": "images", "LSTM H128 T64": "characters"}
ROUNDS, SECONDS, COMPARED, TOLERANCE = 5, 0.6, 5, 1e-3
Step = Callable[[], float]


class TorchMLP(nn.Module):
    """The twin of ours; parameters bear the same names."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(784, 256), nn.Linear(256, 10)])

    def forward(self, x: torch.Tensor) -> Any:
        return self.layers[1](torch.relu(self.layers[0](x)))


class TorchLeNet(nn.Module):
    """The twin of ours, in the same order of pooling and ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> Any:
        x = torch.relu(torch.max_pool2d(self.conv1(x), 2))
        x = torch.relu(torch.max_pool2d(self.conv2(x), 2)).flatten(1)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x)))))


class TorchLSTM(nn.Module):
    """The twin of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(CHARACTERS, 32), nn.LSTM(32, HIDDEN)
        self.output = nn.Linear(HIDDEN, CHARACTERS)

    def forward(self, ids: torch.Tensor) -> Any:
        return self.output(self.lstm(self.embedding(ids))[0])


def ours(model: Module, x: Any, y: Any) -> Step:
    optimizer = Adam(model.parameters(), RATE)
    given = Tensor(x) if x.dtype.kind == "f" else x

    def step() -> float:
        loss = cross_entropy(model(given), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def theirs(model: nn.Module, x: Any, y: Any) -> Step:
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    given, target = torch.from_numpy(x), torch.from_numpy(y).flatten()

    def step() -> float:
        logits = model(given)
        loss = nn.functional.cross_entropy(logits.reshape(len(target), -1), target)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        return loss.item()

    return step


def pairs(rng: np.random.Generator) -> dict[str, tuple[Module, nn.Module, Any, Any]]:
    """By name: our net, its twin, a batch, and its classes."""
    classes = rng.integers(0, 10, BATCH)
    flat = rng.normal(size=(BATCH, 784)).astype(np.float32)
    text = rng.integers(0, CHARACTERS, (STEPS + 1, BATCH))
    images = flat.reshape(BATCH, 1, 28, 28)
    return {
        "MLP 784-256-10": (MLP((784, 256, 10), rng), TorchMLP(), flat, classes),
        "LeNet": (LeNet(rng), TorchLeNet(), images, classes),
        "LSTM H128 T64": (CharLSTM(CHARACTERS, rng), TorchLSTM(), text[:-1], text[1:]),
    }


def rate(step: Step, units: int, seconds: float) -> float:
    """Units of work a second of CPU, all threads, over `seconds` of it."""
    start, steps = time.process_time(), 0
    while time.process_time() - start < seconds:
        step()
        steps += 1
    return units * steps / (time.process_time() - start)


def measure(full: bool) -> bool:
    """Print the rates; whether all claims hold."""
    hold = True
    print(f"{'':<18}{'ours /s':>12}{'torch /s':>12}{'ours / torch':>14}{'claimed /s':>12}")
    for name, (net, twin, x, y) in pairs(np.random.default_rng(0)).items():
        twin.load_state_dict({k: torch.from_numpy(v) for k, v in net.state_dict().items()})
        one, other = ours(net, x, y), theirs(twin, x, y)
        for _ in range(COMPARED):
            loss, expected = one(), other()
            assert abs(loss - expected) <= TOLERANCE, f"{name}: loss {loss}, torch {expected}"
        found = [
            (rate(one, y.size, SECONDS), rate(other, y.size, SECONDS))
            for _ in range(3 * ROUNDS if full else ROUNDS)
        ]
        mine, its = (max(side) for side in zip(*found, strict=True))
        hold &= mine >= CLAIMS[name]
        row = f"{name:<18}{mine:>12,.0f}{its:>12,.0f}{mine / its:>14.2f}{CLAIMS[name]:>12,}"
        print(f"{row} {UNITS[name]}")
    return hold


def main() -> int:
    """Print what was measured; the exit status is 0 where the claims hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="three times as long")
    full = parser.parse_args().full
    kernel = os.environ.get("OPENBLAS_CORETYPE", "by detection")
    print(
        f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"torch {torch.__version__}; OpenBLAS kernel {kernel}; batches of {BATCH}; best of rounds"
    )
    torch.set_num_threads(1)
    kept = keep_memory()
    print(f"memory of arrays is {'' if kept else 'NOT '}kept between steps")
    with threadpool_limits(1):
        hold = measure(full)
    print(f"the claimed rates: {'hold' if hold else 'DO NOT HOLD'}")
    return 0 if hold else 1


if __name__ == "__main__":
    raise SystemExit(main())
