"""A feed of made-up cards, built by the real stages and recorded in dvc.lock without DVC.

What promotion reads is there as a build leaves it: params.yaml, data/fraud/features, models/fraud,
reports/fraud and dvc.lock. A day of it is built in a tenth of a second.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from penstock.core.config import Params, load_params
from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset, save
from penstock.core.files import write_json
from penstock.effects.champions import Store
from penstock.effects.promote import Receipt, promote
from penstock.lineage import md5_of
from penstock.stages.evaluate import evaluate
from penstock.stages.train import train
from tests.example_report import GATE

START = np.datetime64("2018-04-01", "us")
DELAY = 7
ROLES = {"id": "transaction_id", "time": "time", "entity": "customer", "target": "label"}
WEAK: dict[str, Any] = {"trees": 1, "max_depth": 1}
STRONG: dict[str, Any] = {"trees": 20, "max_depth": 3}
TERMS: dict[str, Any] = {
    "metric": "average_precision",
    "floor": 0.05,
    "min_days": 7,
    "label_delay_days": DELAY,
    "bootstrap": 100,
}
FIRST, SECOND, CROWNED, BEATEN, LATER = (
    "2018-04-29", "2018-05-03", "2018-05-13", "2018-05-17", "2018-05-27",
)  # fmt: skip
SPLIT = {"kind": "prequential", "train_days": 7, "delay_days": 7, "test_days": 7}


class Workspace:
    """`root` as builds leave it, one after the other."""

    project, candidate = "fraud", "xgboost"

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        (root / "dvc.yaml").write_text("stages: {}\n")
        self.params: dict[str, Any] = {
            "seed": 0,
            "threads": 1,
            "projects": {
                "fraud": {
                    "task": "classification",
                    "candidates": ["xgboost"],
                    "source": {"kind": "generator", "mode": "live", "label_delay_days": DELAY},
                    "features": {"label_delay_days": DELAY},
                    "protocol": {
                        "unit": "card",
                        "daily_top": 10,
                        "bootstrap": 20,
                        "leads_on": "test",
                        "splits": {"test": {**SPLIT, "starts": ["2018-04-02"]}},
                    },
                }
            },
            "candidates": {
                "fraud-xgboost": {
                    "project": "fraud",
                    "name": "xgboost",
                    "task": "classification",
                    "model": "xgboost",
                    "params": dict(WEAK),
                }
            },
            "promotion": {"fraud": dict(TERMS)},
        }
        self.inputs = ("a", "b", "night")

    def write_params(self) -> Params:
        text = yaml.safe_dump(self.params, sort_keys=False)
        (self.root / "params.yaml").write_text(text, encoding="utf-8")
        return load_params(self.root)

    def build(self, as_of: str, **hyperparameters: Any) -> Params:
        """The feed as it is known at the end of that day, a model trained on it, all locked."""
        if hyperparameters:
            self.params["candidates"]["fraud-xgboost"]["params"] = hyperparameters
        params = self.write_params()
        save(feed(date.fromisoformat(as_of), self.inputs), self.root / "data/fraud/features")
        write_json(self.root / "reports/fraud/gate.json", GATE)
        train(self.root, params, "fraud-xgboost")
        evaluate(self.root, params, "fraud")
        self.lock()
        return params

    def lock(self) -> None:
        """Record what lies there, as DVC does when a stage has run."""
        project, key = self.project, f"{self.project}-{self.candidate}"
        features = self._paths(f"data/{project}/features")
        model, reports = f"models/{project}/{self.candidate}", f"reports/{project}"
        stages = {
            f"train@{key}": {
                "cmd": f"python -m penstock.stages.train {key}",
                "deps": features,
                "params": {
                    "params.yaml": {"seed": 0, f"candidates.{key}": self.params["candidates"][key]}
                },
                "outs": self._paths(model),
            },
            f"evaluate@{project}": {
                "cmd": f"python -m penstock.stages.evaluate {project}",
                "deps": [*features, *self._paths(f"models/{project}")],
                "outs": self._paths(f"{reports}/metrics.json", f"{reports}/index.html"),
            },
        }
        lock = yaml.safe_dump({"schema": "2.0", "stages": stages})
        (self.root / "dvc.lock").write_text(lock, encoding="utf-8")

    def remember(self, folder: Path) -> None:
        """Copy the whole workspace to `folder`."""
        shutil.copytree(self.root, folder)

    def _paths(self, *paths: str) -> list[dict[str, Any]]:
        return [{"path": path, "md5": md5_of(self.root / path)} for path in paths]


def feed(as_of: date, inputs: tuple[str, ...]) -> Dataset:
    """Sixty rows a day from April 2018 on; labels are known `DELAY` days later."""
    days = (as_of - date(2018, 4, 1)).days + 1
    random = np.random.default_rng(1)
    frames = [_day(day, random) for day in range(days)]
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(0, "transaction_id", np.arange(len(frame)))
    label = frame.pop("label").astype("Int8")
    label[frame["time"] + pd.Timedelta(days=DELAY) > pd.Timestamp(as_of) + pd.Timedelta(days=1)] = (
        pd.NA
    )
    signature = Signature(tuple(Input(name) for name in inputs), ROLES)
    columns = ["transaction_id", "time", "customer", *inputs]
    labels = pd.DataFrame({"transaction_id": frame["transaction_id"], "label": label})
    notes = {"signature": signature.to_notes(), "raw": {"transactions.parquet": "ab" * 32}}
    return Dataset({"features": frame[columns], "labels": labels}, notes=notes)


def _day(day: int, random: np.random.Generator, rows: int = 60) -> pd.DataFrame:
    label = (random.random(rows) < 0.15).astype(int)
    minute = np.sort(random.integers(0, 1440, rows)) + 1440 * day
    frame = pd.DataFrame({"time": START + minute * np.timedelta64(1, "m")})
    frame["customer"] = random.integers(0, 600, rows)
    frame["a"] = (random.normal(size=rows) + 1.2 * label).astype(np.float32)
    frame["b"] = (random.normal(size=rows) - 1.2 * label).astype(np.float32)
    frame["night"] = (frame["time"].dt.hour < 7).astype(np.float32)
    frame["label"] = label
    return frame


def night(work: Workspace, as_of: str, **hyperparameters: Any) -> Receipt:
    return promote(work.root, work.build(as_of, **hyperparameters), "fraud")


def again(work: Workspace) -> Receipt:
    return promote(work.root, work.write_params(), "fraud")


def champion(work: Workspace) -> str | None:
    pointer = Store.open(work.root).pointer("fraud")
    return pointer.key if pointer else None


def crown(work: Workspace) -> Receipt:
    """A weak first champion; a strong challenger waits."""
    night(work, FIRST, **WEAK)
    night(work, SECOND, **STRONG)
    return night(work, CROWNED)
