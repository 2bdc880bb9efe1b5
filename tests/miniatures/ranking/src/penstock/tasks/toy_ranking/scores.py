"""NDCG, recall and hit rate at the protocol's depth, over all items that a user has not had."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Chart, Estimate, Grid, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.toy_ranking.trials import TABLE, ProtocolSettings, held_out


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    k = protocol.depth
    return {
        f"ndcg@{k}": f"NDCG@{k}",
        f"recall@{k}": f"Recall@{k}",
        f"hit_rate@{k}": f"Hit rate@{k}",
    }


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    return protocol.leads_on


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """With `label` (1: the user took it next) and `relevant` (how many such items there are)."""
    roles = Signature.from_notes(dataset.notes["signature"]).roles
    rows = dataset.tables[TABLE]
    joined = []
    for split, ranked in evidence.groupby("split", sort=False):
        last = rows[held_out(rows, roles["entity"], protocol.splits[str(split)].hold_out)]
        truth = pd.MultiIndex.from_frame(last[[roles["entity"], roles["item"]]])
        found = pd.MultiIndex.from_frame(ranked[["user", "item"]]).isin(truth)
        relevant = ranked["user"].map(last.groupby(roles["entity"]).size())
        joined.append(ranked.assign(label=found.astype(np.int8), relevant=relevant))
    return pd.concat(joined, ignore_index=True)


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """Means over users, with intervals by bootstrap over them."""
    random = np.random.default_rng(seed)
    scores: dict[str, dict[str, Estimate]] = {}
    for split, rows in predictions.groupby("split", sort=False):
        of_user = _by_user(rows, protocol.depth)
        draws = random.integers(0, len(of_user), (protocol.bootstrap, len(of_user)))
        scores[str(split)] = {}
        for name, values in of_user.items():
            drawn = values.to_numpy()[draws].mean(axis=1)
            low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
            mean = float(values.mean())
            scores[str(split)][str(name)] = Estimate(mean, 0.0, 1, low, high, protocol.unit)
    return scores


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """Recall by depth, and how much of the shelves is ever shown."""
    split, depth = protocol.leads_on, range(1, protocol.depth + 1)
    led = {name: rows[rows["split"] == split] for name, rows in predictions.items()}
    recall = {
        name: (
            [float(k) for k in depth],
            [round(float(_by_user(rows, k)[f"recall@{k}"].mean()), 5) for k in depth],
        )
        for name, rows in led.items()
    }
    items = dataset.tables[TABLE]["item"].nunique()
    shown = [[name, f"{rows['item'].nunique() / items:.2f}"] for name, rows in led.items()]
    return Report(
        charts=[Chart("recall", "Recall by depth", "items shown", "recall", recall)],
        grids=[Grid("Share of the items that is shown to anybody", ["candidate", "share"], shown)],
    )


def _by_user(rows: pd.DataFrame, k: int) -> pd.DataFrame:
    """A row per user, a column per metric."""
    top = rows.assign(label=rows["label"].where(rows["rank"] <= k, 0))
    top["gain"] = top["label"] / np.log2(top["rank"] + 1)
    user = top.groupby("user").agg(
        gain=("gain", "sum"), hits=("label", "sum"), relevant=("relevant", "first")
    )
    ideal = np.cumsum(1 / np.log2(np.arange(2, k + 2)))
    best = ideal[np.minimum(user["relevant"].to_numpy(), k) - 1]
    return pd.DataFrame(
        {
            f"ndcg@{k}": user["gain"] / best,
            f"recall@{k}": user["hits"] / user["relevant"],
            f"hit_rate@{k}": (user["hits"] > 0).astype(float),
        }
    )
