"""The figures and tables of a ranking report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Chart, Grid, Report
from penstock.core.dataset import Dataset
from penstock.tasks.ranking.examples import examples
from penstock.tasks.ranking.lists import Lists
from penstock.tasks.ranking.trials import ProtocolSettings

Means = Mapping[str, Mapping[str, Mapping[str, float]]]
HISTORIES = {"none": 0, "1–19": 1, "20–49": 20, "50–99": 50, "100 or more": 100}
SAYS = {
    "stratified": "interactions drawn at random of each item; it learns from the future too",
    "global_time": "the latest part of the log",
    "next_item": "the last interaction of each user",
}


def draw(
    predictions: Mapping[str, pd.DataFrame],
    means: Means,
    dataset: Dataset,
    protocol: ProtocolSettings,
) -> Report:
    """What is shown beside the leaderboards.

    Args:
        means: candidate → split → metric → mean.
    """
    headline = f"ndcg@{protocol.depth}"
    led = {
        name: splits.get(protocol.leads_on, {}).get(headline, -1.0)
        for name, splits in means.items()
    }
    order = sorted(led, key=lambda name: (-led[name], name))
    charts = [
        _coverage(means, protocol),
        _by_depth(predictions, protocol),
        *_cold_start(predictions, protocol),
    ]
    grids = [
        _side_by_side(means, order, protocol),
        *examples(predictions, order, dataset, protocol),
    ]
    return Report(charts=charts, grids=grids, notes=list(_notes(predictions, protocol)))


def _side_by_side(means: Means, order: list[str], protocol: ProtocolSettings) -> Grid:
    headline = f"ndcg@{protocol.depth}"
    splits = [name for name, split in protocol.splits.items() if not split.chooses]
    rows = []
    for name in order:
        found = [means[name].get(split, {}).get(headline) for split in splits]
        rows.append([name, *("—" if value is None else f"{value:.4f}" for value in found)])
    said = "; ".join(f"“{name}”: {_says(protocol, name)}" for name in splits)
    return Grid(
        title=f"nDCG@{protocol.depth}, protocol beside protocol",
        columns=["candidate", *splits],
        rows=rows,
        caption=f"{said}. Who leads on one need not lead on another; a dash: it can't serve them.",
    )


def _says(protocol: ProtocolSettings, name: str) -> str:
    split = protocol.splits[name]
    users = {"all": "", "warm": ", users with a history", "cold": ", users without one"}
    fits = f", mean of {split.fits} seeds" if split.fits > 1 else ""
    return f"{SAYS[split.kind]}{users[split.users]}{fits}"


def _coverage(means: Means, protocol: ProtocolSettings) -> Chart:
    ndcg, coverage = (f"{metric}@{protocol.depth}" for metric in ("ndcg", "coverage"))
    led = {
        name: splits[protocol.leads_on]
        for name, splits in means.items()
        if protocol.leads_on in splits
    }
    return Chart(
        name="accuracy_coverage",
        title="Accuracy against coverage",
        x_label="share of the items that is shown to anybody",
        y_label=f"nDCG@{protocol.depth}",
        series={
            name: ([round(one[coverage], 5)], [round(one[ndcg], 5)]) for name, one in led.items()
        },
        caption=f"Split “{protocol.leads_on}”; up is more accurate, right shows more items.",
    )


def _by_depth(predictions: Mapping[str, pd.DataFrame], protocol: ProtocolSettings) -> Chart:
    depths = list(range(1, protocol.depth + 1))
    series = {}
    for name, rows in predictions.items():
        led = rows[(rows["split"] == protocol.leads_on) & rows["rank"].notna()]
        if len(led):
            units = int(led["judged"].iloc[0]) * led["fold"].nunique()
            share = led["label"] / led["relevant"]
            by_rank = share.groupby(led["rank"].astype(int)).sum().reindex(depths, fill_value=0)
            series[name] = (
                [float(depth) for depth in depths],
                [round(float(value), 5) for value in by_rank.cumsum() / units],
            )
    return Chart(
        name="recall",
        title="Recall by depth",
        x_label="items shown",
        y_label="share of the items taken later that is among them",
        series=series,
        caption=f"Split “{protocol.leads_on}”.",
    )


def _cold_start(
    predictions: Mapping[str, pd.DataFrame], protocol: ProtocolSettings
) -> Iterator[Chart]:
    """Accuracy by the length of a user's history, where the log is cut in time."""
    splits = [
        name
        for name, split in protocol.splits.items()
        if split.kind == "global_time" and not split.chooses
    ]
    if not splits:
        return
    series = {}
    for name, rows in predictions.items():
        of = rows[rows["split"].isin(splits) & rows["rank"].notna()]
        bins = np.searchsorted([*HISTORIES.values()], of["history"].to_numpy(), side="right") - 1
        found = dict.fromkeys(HISTORIES, float("nan"))
        for place, label in enumerate(HISTORIES):
            part = of[bins == place]
            if len(part):
                unit, users = pd.factorize(part["user"])
                lists = Lists(part, unit, len(users), protocol.depth)
                found[label] = round(float(lists.measure()[f"ndcg@{protocol.depth}"][0]), 5)
        series[name] = ([*found], [*found.values()])
    yield Chart(
        name="cold_start",
        title="Cold start",
        x_label="interactions that the user had",
        y_label=f"nDCG@{protocol.depth}",
        series=series,
        kind="bar",
        caption=f"{' and '.join(f'“{name}”' for name in splits)} together, of the users served.",
    )


def _notes(predictions: Mapping[str, pd.DataFrame], protocol: ProtocolSettings) -> Iterator[str]:
    yield (
        f"Measured are the first {protocol.depth} of a ranking of all items that the user has "
        "not had. Nothing is sampled, since sampled metrics order models otherwise than full ones "
        "(Krichene and Rendle 2020). RMSE and MAE are of the values that a candidate tells."
    )
    for split in protocol.splits:
        for name, rows in predictions.items():
            of = rows[(rows["split"] == split) & rows["rank"].notna()]
            if len(of):
                served, judged = of["user"].nunique(), int(of["judged"].iloc[0])
                if served < judged:
                    says = f"{name} serves {served} of {judged} users; the others count 0"
                    yield f"“{split}”: {says}."
