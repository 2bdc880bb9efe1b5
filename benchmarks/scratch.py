"""Speed of the from-scratch library beside torch, scikit-learn and XGBoost, on one core.

python benchmarks/scratch.py          a minute
python benchmarks/scratch.py --full   three times as long, for figures to quote

Both libraries train the same net from the same weights on the same batches by Adam, float32, one
thread, in turns; their losses agree step by step, or nothing is timed. A step is forward, backward
and update. Rates are by CPU time.

Estimators are fitted on the same 100,000 rows of 20 features with the same settings, in turns; what
both tell of 20,000 others is as good, or the run fails. What counts is CPU seconds of the fit.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.cluster.dbscan import DBSCAN
from penstock.scratch.cluster.kmeans import KMeans
from penstock.scratch.ensemble.forest import RandomForestClassifier
from penstock.scratch.ensemble.newton_boosting import NewtonBoostingClassifier
from penstock.scratch.linear.logistic import LogisticRegression
from penstock.scratch.metrics.curves import roc_auc_score
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
FITTED, JUDGED, FEATURES, AS_GOOD = 100_000, 20_000, 20, 0.01  # a gap in the area under ROC
CLUSTERS_BOUND = 5  # times the reference's CPU seconds


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


class Race(NamedTuple):
    """A fit of ours beside that of a reference, on rows and labels of two classes.

    Attributes:
        ours, theirs: make an estimator that is not fitted.
        most: how many times the reference's CPU seconds ours may take.
    """

    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    most: float


def races() -> dict[str, Race]:
    """By name."""
    from sklearn.ensemble import RandomForestClassifier as TheirForest
    from sklearn.linear_model import LogisticRegression as TheirLogistic
    from xgboost import XGBClassifier

    boosted = {"n_estimators": 20, "max_depth": 6, "learning_rate": 0.3, "base_score": 0.5}
    return {
        "boosting, 20 trees": Race(
            lambda: NewtonBoostingClassifier(**boosted),  # type: ignore[arg-type]
            lambda: XGBClassifier(**boosted, tree_method="hist", n_jobs=1),
            20,
        ),
        "forest, 5 trees": Race(
            lambda: RandomForestClassifier(5, random_state=0),
            lambda: TheirForest(5, random_state=0, n_jobs=1),
            10,
        ),
        "logistic regression": Race(
            lambda: LogisticRegression(tol=1e-4),
            lambda: TheirLogistic(max_iter=1000),
            10,
        ),
    }


def fit_beside(full: bool) -> bool:
    """Print the CPU seconds of each fit; whether all are within their bounds."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(FITTED + JUDGED, FEATURES))
    pull = x[:, 0] * x[:, 1] + x[:, 2] + np.sin(3 * x[:, 3]) + rng.normal(size=len(x))
    y, hold = (pull > 0).astype(int), True
    print(f"\n{'':<22}{'ours s':>9}{'theirs s':>10}{'ours / theirs':>15}{'bound':>7}")
    for name, race in races().items():
        times: list[tuple[float, ...]] = []
        for _ in range(3 if full else 1):
            fitted, taken = [], []
            for make in (race.ours, race.theirs):
                start = time.process_time()
                fitted.append(make().fit(x[:FITTED], y[:FITTED]))
                taken.append(time.process_time() - start)
            times.append(tuple(taken))
        good = [roc_auc_score(y[FITTED:], one.predict_proba(x[FITTED:])[:, 1]) for one in fitted]
        assert good[0] > good[1] - AS_GOOD, f"{name}: area {good[0]:.4f}, reference {good[1]:.4f}"
        mine, its = (min(side) for side in zip(*times, strict=True))
        hold &= mine <= race.most * its
        row = f"{name:<22}{mine:>9.2f}{its:>10.2f}{mine / its:>15.1f}{race.most:>7.0f}"
        print(f"{row}   area {good[0]:.4f}, theirs {good[1]:.4f}")
    return hold


def cluster_beside(full: bool) -> bool:
    """Print the CPU seconds of finding clusters; what is found is the same, or the run fails."""
    from sklearn import cluster
    from sklearn.datasets import make_blobs

    wide, _ = make_blobs(FITTED, FEATURES, centers=16, cluster_std=4.0, random_state=0)
    flat, _ = make_blobs(JUDGED, 2, centers=16, cluster_std=0.3, random_state=0)
    start: dict[str, Any] = {
        "n_clusters": 16,
        "init": wide[:16],
        "n_init": 1,
        "max_iter": 20,
        "tol": 0,
    }
    found: dict[str, tuple[Any, Any, Any]] = {
        "k-means, 16 clusters": (KMeans(**start), cluster.KMeans(**start, algorithm="lloyd"), wide),
        "DBSCAN, 20,000 × 2": (DBSCAN(0.1, 5), cluster.DBSCAN(eps=0.1, min_samples=5), flat),
    }
    hold = True
    for name, (our, their, rows) in found.items():
        times: list[tuple[float, ...]] = []
        for _ in range(3 if full else 1):
            taken = []
            for one in (our, their):
                begin = time.process_time()
                one.fit(rows)
                taken.append(time.process_time() - begin)
            times.append(tuple(taken))
        same = float((our.labels_ == their.labels_).mean())
        assert same > 0.999, f"{name}: {same:.2%} of the labels are the reference's"
        mine, its = (min(side) for side in zip(*times, strict=True))
        hold &= mine <= CLUSTERS_BOUND * its
        row = f"{name:<22}{mine:>9.2f}{its:>10.2f}{mine / its:>15.1f}{CLUSTERS_BOUND:>7.0f}"
        print(f"{row}   {same:.2%} of the labels alike")
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
        hold &= fit_beside(full)
        hold &= cluster_beside(full)
    print(f"the claimed rates and bounds: {'hold' if hold else 'DO NOT HOLD'}")
    return 0 if hold else 1


if __name__ == "__main__":
    raise SystemExit(main())
