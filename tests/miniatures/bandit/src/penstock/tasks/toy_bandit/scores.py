"""Reward of a pull, and the regret of an episode: what the best lever would have paid more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart, Estimate, Grid, Report
from penstock.core.dataset import Dataset
from penstock.tasks.toy_bandit.trials import ProtocolSettings


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    return {"mean_reward": "Mean reward", "regret": "Regret of an episode"}


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    return protocol.leads_on


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """With `regret`: by how much the lever's mean is below the best one's."""
    means = _means(dataset)
    return evidence.assign(regret=means.max() - means[evidence["action"].to_numpy()])


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """Means over seeds; episodes of different seeds are different, so they are drawn apart."""
    return {
        str(split): {
            "mean_reward": _estimate(_by_episode(rows, "reward", "mean"), protocol, seed),
            "regret": _estimate(_by_episode(rows, "regret", "sum"), protocol, seed),
        }
        for split, rows in predictions.groupby("split", sort=False)
    }


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """How regret grows within an episode, and which levers are pulled."""
    grows = {}
    for name, rows in predictions.items():
        by_step = rows.groupby("step")["regret"].mean().cumsum()
        grows[name] = ([float(s) for s in by_step.index], [round(float(v), 5) for v in by_step])
    arms = len(_means(dataset))
    pulled = [
        [
            name,
            *(f"{share:.3f}" for share in np.bincount(rows["action"], minlength=arms) / len(rows)),
        ]
        for name, rows in predictions.items()
    ]
    names = [arm["name"] for arm in (dataset.environment or {})["arms"]]
    return Report(
        charts=[Chart("regret", "Regret", "pull", "regret so far", grows)],
        grids=[Grid("Share of the pulls", ["candidate", *names], pulled)],
    )


def _means(dataset: Dataset) -> Array:
    assert dataset.environment is not None
    return np.array([arm["mean"] for arm in dataset.environment["arms"]])


def _by_episode(rows: pd.DataFrame, column: str, how: str) -> list[Array]:
    """A value per episode, fold by fold."""
    of = rows.groupby(["fold", "unit_id"])[column].agg(how)
    return [fold.to_numpy() for _, fold in of.groupby(level="fold")]


def _estimate(folds: list[Array], protocol: ProtocolSettings, seed: int) -> Estimate:
    random = np.random.default_rng(seed)
    means = [float(fold.mean()) for fold in folds]
    drawn = [
        fold[random.integers(0, len(fold), (protocol.bootstrap, len(fold)))].mean(axis=1)
        for fold in folds
    ]
    low, high = np.quantile(np.mean(drawn, axis=0), [0.025, 0.975]).tolist()
    std = float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
    return Estimate(float(np.mean(means)), std, len(means), low, high, protocol.unit)
