"""Four weeks of the simulated feed, night by night, by the commands that a user types."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.workspace import PREQUENTIAL, checkout, run

FIRST = date(2018, 5, 1)
DELAY = timedelta(days=7)
WEAK: dict[str, Any] = {"trees": 1, "max_depth": 1}
STRONG: dict[str, Any] = {"trees": 30, "max_depth": 4}


class FourWeeks:
    """A workspace of the fraud project alone, with one candidate and 500 cards."""

    def __init__(self, root: Path) -> None:
        self.root = checkout(root)
        self.params = yaml.safe_load((root / "params.yaml").read_text())
        fraud = self.params["projects"]["fraud"]
        world = {"customers": 500, "terminals": 800, "days": 75, "radius": 10.0}
        fraud["source"]["settings"] |= world
        fraud["source"]["mode"] = "live"
        fraud["candidates"], fraud["ensembles"] = ["xgboost"], {}
        del fraud["published"]
        fraud["protocol"]["splits"] = {"test": {**PREQUENTIAL, "starts": ["2018-04-02"]}}
        fraud["judging"] = {"bootstrap": 20}
        self.params["projects"] = {"fraud": fraud}
        self.xgboost = self.params["candidates"]["fraud-xgboost"]
        for key in ("splits", "only"):
            self.xgboost.pop(key, None)
        self.params["candidates"] = {"fraud-xgboost": self.xgboost}
        terms = {**self.params["promotion"]["fraud"], "floor": 0.05}
        del terms["candidate"]  # whichever of the few here is best
        self.params["promotion"] = {"fraud": terms}
        self.params.pop("sweeps", None)
        run(root, "git", "init", "-q", "-b", "main")

    def night(self, number: int, hyperparameters: dict[str, Any]) -> dict[str, Any]:
        """What a scheduled run does at the end of that day: its receipt of promotion, checked."""
        self.xgboost["params"] = dict(hyperparameters)
        text = yaml.safe_dump(self.params, sort_keys=False)
        (self.root / "params.yaml").write_text(text, encoding="utf-8")
        today = FIRST + timedelta(days=number)
        run(self.root, "penstock", "refresh", "fraud", "--as-of", today.isoformat())
        run(self.root, "dvc", "repro")
        receipt = self.promote()
        expect_fair(receipt["decision"], today)
        return receipt

    def promote(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            run(self.root, "penstock", "promote", "fraud", "--json").stdout
        )
        return told

    def rollback(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            run(self.root, "penstock", "rollback", "fraud", "--json").stdout
        )
        return told

    def champion(self) -> dict[str, Any]:
        """What the pointer says."""
        pointer: dict[str, Any] = json.loads((self.root / "champions/fraud.json").read_text())
        return pointer


def day_of(trained_through: str) -> date:
    return date.fromisoformat(trained_through[:10])


def expect_fair(decision: dict[str, Any], today: date) -> None:
    """Nobody is judged on a day that a model has seen, or that is not labelled yet."""
    if decision["judged"] is None:
        assert date.fromisoformat(decision["window"]["opens"]) > today
        return
    begins, ends = (date.fromisoformat(decision["window"][end]) for end in ("from", "to"))
    for one in (decision["challenger"], decision["champion"]):
        assert one is None or begins > day_of(one["trained_through"]) + DELAY
    assert ends == today - DELAY
    assert (ends - begins).days + 1 >= decision["settings"]["min_days"]
