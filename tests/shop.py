"""A small log of who took what, with tastes that can be learnt; as a source has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.projects.recommendation.features import FeatureSettings, featurize
from penstock.tasks.ranking.trials import ProtocolSettings

OPENED = np.datetime64("2024-01-01", "us")
KINDS = np.array(["Comedy", "Drama|War", "Western"])
PROJECT = "recommendation"
MODELS: dict[str, dict[str, Any]] = {
    "popularity": {"model": "popularity"},
    "item-knn": {"model": "item_knn", "params": {"neighbours": 15}},
    "ease": {"model": "ease", "params": {"l2": 20.0}, "splits": {"next_item": {"l2": 50.0}}},
}


def raw(users: int = 60, items: int = 45, taken: int = 12, seed: int = 0) -> Dataset:
    """Tables of the project's schema: tastes by turns, famous items, ratings of 1 to 5.

    Users come one after another, so that the last of them have no history before the last days.
    """
    random = np.random.default_rng(seed)
    taste, fame = np.arange(items) % 3, 1 / (1 + np.arange(items) // 3)
    rows = []
    for user in range(users):
        weight = fame * np.where(taste == user % 3, 8.0, 1.0)
        chosen = random.choice(items, taken, False, weight / weight.sum())
        minutes = user * 1000 + np.sort(random.integers(0, 20_000, taken))
        value = np.where(taste[chosen] == user % 3, 4, 2) + random.integers(0, 2, taken)
        rows += list(zip([user] * taken, chosen, minutes, value, strict=True))
    frame = pd.DataFrame(rows, columns=["user", "item", "minute", "value"])
    frame = frame.sample(frac=1, random_state=seed, ignore_index=True)
    time = OPENED + frame["minute"].to_numpy() * np.timedelta64(60_000_000, "us")
    interactions = pd.DataFrame(
        {
            "interaction": np.arange(len(frame)),
            "user": (frame["user"] + 1).astype(str),
            "item": (frame["item"] + 100).astype(str),
            "time": time,
            "value": frame["value"].astype("float64"),
        }
    )
    catalogue = pd.DataFrame(
        {
            "item": (np.arange(items) + 100).astype(str),
            "title": [f"Film {number}" for number in range(items)],
            "category": KINDS[taste],
            "released": [f"01-Jan-{1950 + number}" for number in range(items)],
        }
    )
    people = pd.DataFrame({"user": (np.arange(users) + 1).astype(str), "age": 30.0})
    return Dataset({"interactions": interactions, "items": catalogue, "users": people})


def log(**size: int) -> Dataset:
    """The features of `raw`."""
    return featurize(raw(**size), FeatureSettings())


def protocol(**changes: Any) -> ProtocolSettings:
    """All three protocols, and a split to choose on."""
    block: dict[str, Any] = {
        "leads_on": "stratified",
        "depth": 5,
        "kept": 20,
        "bootstrap": 40,
        "splits": {
            "stratified": {"kind": "stratified"},
            "global_time_warm": {"kind": "global_time", "users": "warm"},
            "global_time_cold": {"kind": "global_time", "users": "cold"},
            "next_item": {"kind": "next_item", "fits": 2},
            "validation": {"kind": "stratified", "within": "stratified", "chooses": True},
        },
    }
    return parse(ProtocolSettings, block | changes, "projects.shop.protocol")


def write_inbox(root: Path) -> dict[str, Any]:
    """The tables as files below `root`, and the block of a source that reads them.

    Moments are whole seconds since 1970, as many logs have them.
    """
    tables = dict(raw().tables)
    seconds = tables["interactions"]["time"].to_numpy().astype("datetime64[s]").astype("int64")
    tables["interactions"] = tables["interactions"].assign(time=seconds)
    blocks: dict[str, Any] = {}
    for name, table in tables.items():
        path = root / "data" / "inbox" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.drop(columns="interaction", errors="ignore").to_csv(path, index=False)
        blocks[name] = {"kind": "files", "path": f"data/inbox/{name}.csv"}
    blocks["interactions"]["epoch"] = "s"
    return {"kind": "tables", "mode": "live", "tables": blocks}


def blocks(source: dict[str, Any]) -> dict[str, Any]:
    """projects and candidates of params.yaml."""
    project = {
        "task": "ranking",
        "candidates": [*MODELS],
        "source": source,
        "features": {},
        "protocol": protocol().model_dump(mode="json"),
        "ensembles": {"blend": {"members": ["ease", "item-knn"], "method": "z_score"}},
    }
    candidates = {
        f"{PROJECT}-{name}": {"project": PROJECT, "name": name, "task": "ranking", **block}
        for name, block in MODELS.items()
    }
    return {"projects": {PROJECT: project}, "candidates": candidates, "sweeps": {}, "promotion": {}}
