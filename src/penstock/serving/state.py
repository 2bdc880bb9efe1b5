"""All that one server holds: its projects, the log, the keys, and what is wrong with any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client.core import Metric

from penstock.core.contracts import Column
from penstock.core.errors import UnknownName
from penstock.effects.champions import Store
from penstock.serving.answers import SHORT
from penstock.serving.contracts import Origin
from penstock.serving.log.labels import Labels
from penstock.serving.log.writer import SpooledLog
from penstock.serving.metrics import Metrics, gauge
from penstock.serving.protection.guard import Guard
from penstock.serving.recommending import Recommending
from penstock.serving.rollout.rollout import Rollout
from penstock.serving.scoring import Scoring
from penstock.serving.settings import ServingSettings


@dataclass
class State:
    """What is served.

    Attributes:
        columns: of the table whose rows are scored, by project.
        draining: the server is about to stop: /readyz says so, and answers close connections.
    """

    root: Path
    settings: ServingSettings
    guard: Guard
    metrics: Metrics
    log: SpooledLog
    labels: Labels
    columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    scoring: dict[str, Scoring] = field(default_factory=dict)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    recommending: dict[str, Recommending] = field(default_factory=dict)
    draining: bool = False

    def __post_init__(self) -> None:
        self.metrics.more.append(self._gauges)

    @property
    def projects(self) -> list[str]:
        return sorted([*self.scoring, *self.recommending])

    def problems(self) -> dict[str, str]:
        """What is not as it should be, by whose it is; the server answers all the same."""
        found = {name: one.state().problem for name, one in self.rollouts.items()}
        found |= {name: one.problem for name, one in self.recommending.items()}
        for name, scoring in self.scoring.items():  # those without state have none
            found[f"{name} features"] = getattr(scoring.features, "problem", None)
        found["log"] = self.log.state().problem
        return {name: problem for name, problem in found.items() if problem}

    def reload(self) -> dict[str, bool]:
        """Look at the pointers now; by project, whether another model answers since."""
        found = {name: one.check() for name, one in self.rollouts.items()}
        return found | {name: one.check() for name, one in self.recommending.items()}

    def arms(self) -> dict[str, Any]:
        """Who answers for each project."""
        return {name: _arms(one) for name, one in self.rollouts.items()}

    def model(self, project: str) -> dict[str, Any]:
        """The card of the model that answers; raises UnknownName, NotKept, BadFile."""
        if project not in self.projects:
            raise UnknownName("project", project, self.projects, "this server")
        if project in self.recommending:
            return {"project": project, **self.recommending[project].card()}
        rollout = self.rollouts[project]
        version = Store.open(self.root).version(project, rollout.state().champion.key)
        return {
            "project": project,
            "chosen": "the champion",
            **_arms(rollout),
            **version.model_dump(mode="json", exclude={"project", "train_entry"}),
        }

    def close(self) -> None:
        """Write what was taken; raises PenstockError where that fails, after all were tried."""
        with ExitStack() as stack:  # the last first: nothing is logged once nobody swaps
            stack.callback(self.log.close)
            for scoring in self.scoring.values():
                stack.callback(scoring.features.close)
            for rollout in self.rollouts.values():
                stack.callback(rollout.close)

    def _gauges(self) -> Iterator[Metric]:
        models: dict[tuple[str, ...], float] = {}
        for name, rollout in self.rollouts.items():
            state = rollout.state()
            models[name, "champion", _short(state.champion)] = 1.0
            if state.challenger is not None:
                models[name, state.mode, _short(state.challenger)] = 1.0
        yield gauge("penstock_model", "the models in memory", models, "project", "arm", "model")
        problems = self.problems()
        broken: dict[tuple[str, ...], float] = {
            (name,): float(name in problems)
            for name in (*self.projects, *(f"{one} features" for one in self.scoring), "log")
        }
        yield gauge("penstock_problem", "1 while /readyz tells a problem of it", broken, "part")
        ready: dict[tuple[str, ...], float] = {(): float(not self.draining)}
        yield gauge("penstock_ready", "0 while the server drains", ready)
        log = self.log.state()
        rows = {"taken": log.taken, "waiting": log.waiting, "dropped": log.dropped}
        kept: dict[tuple[str, ...], float] = {(key,): float(n) for key, n in rows.items()}
        yield gauge("penstock_log_rows", "rows of the prediction log", kept, "state")


def _short(origin: Origin) -> str:
    return origin.key[:SHORT]


def _arms(rollout: Rollout) -> dict[str, Any]:
    state = rollout.state()
    beside = None if state.challenger is None else _short(state.challenger)
    return {
        "mode": state.mode,
        "champion": _short(state.champion),
        "challenger": beside,
        "share": state.share,
        "swaps": state.swaps,
    }
