"""Accuracy and log-loss of many classes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart, Estimate, Grid, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.toy_images.trials import ProtocolSettings, probabilities


def metrics(protocol: ProtocolSettings) -> dict[str, str]:
    return {"accuracy": "Accuracy", "log_loss": "Log-loss"}


def leads_on(protocol: ProtocolSettings, judged: Collection[str]) -> str:
    return protocol.leads_on


def join(evidence: pd.DataFrame, dataset: Dataset, protocol: ProtocolSettings) -> pd.DataFrame:
    """With `label`, the class of the image."""
    roles = Signature.from_notes(dataset.notes["signature"]).roles
    truth = pd.Series(dataset.tensors[roles["target"]], index=dataset.tensors[roles["id"]])
    return evidence.assign(label=truth.loc[evidence["row_id"]].to_numpy())


def score(
    predictions: pd.DataFrame, protocol: ProtocolSettings, seed: int
) -> dict[str, dict[str, Estimate]]:
    """Means over folds; an image is judged once a split, so images are drawn within folds."""
    rows = predictions.assign(**_of_image(predictions))
    return {
        str(split): {
            name: _estimate(
                [fold[name].to_numpy() for _, fold in of.groupby("fold")], protocol, seed
            )
            for name in metrics(protocol)
        }
        for split, of in rows.groupby("split", sort=False)
    }


def report(
    predictions: Mapping[str, pd.DataFrame],
    dataset: Dataset,
    protocol: ProtocolSettings,
    explanations: Mapping[str, pd.DataFrame],
) -> Report:
    """Which digits are told, and what they are taken for."""
    led = {name: rows[rows["split"] == protocol.leads_on] for name, rows in predictions.items()}
    told = {name: rows.assign(**_of_image(rows)) for name, rows in led.items()}
    by_class = {
        name: (
            [str(label) for label in sorted(rows["label"].unique())],
            [round(float(one), 5) for one in rows.groupby("label")["accuracy"].mean()],
        )
        for name, rows in told.items()
    }
    grids = []
    for name, rows in led.items():
        table = pd.crosstab(rows["label"], _chosen(rows))
        lines = [
            [str(label), *map(str, counts)]
            for label, counts in zip(table.index, table.to_numpy(), strict=True)
        ]
        grids.append(Grid(f"Confusion of {name}", ["digit", *map(str, table.columns)], lines))
    return Report(
        [Chart("accuracy", "Accuracy by digit", "digit", "accuracy", by_class, "bar")], grids
    )


def _chosen(rows: pd.DataFrame) -> Array:
    chosen: Array = rows[probabilities(rows)].to_numpy().argmax(axis=1)
    return chosen


def _of_image(rows: pd.DataFrame) -> dict[str, Array]:
    proba, label = rows[probabilities(rows)].to_numpy(), rows["label"].to_numpy()
    smallest = np.finfo(proba.dtype).eps
    of_label = proba[np.arange(len(label)), label].clip(smallest, 1 - smallest)
    return {"accuracy": (_chosen(rows) == label).astype(float), "log_loss": -np.log(of_label)}


def _estimate(folds: list[Array], protocol: ProtocolSettings, seed: int) -> Estimate:
    random = np.random.default_rng(seed)
    means = [float(fold.mean()) for fold in folds]
    draws = [
        fold[random.integers(0, len(fold), (protocol.bootstrap, len(fold)))].mean(axis=1)
        for fold in folds
    ]
    low, high = np.quantile(np.mean(draws, axis=0), [0.025, 0.975]).tolist()
    std = float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
    return Estimate(float(np.mean(means)), std, len(means), low, high, protocol.unit)
