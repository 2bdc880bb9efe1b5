"""A sweep in MLflow: a run for the study, and below it one for each trial, each of them once."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from penstock.core.errors import PenstockError
from penstock.effects.batches import batches, metric_name
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.verdict import Receipt
from penstock.effects.tracking import PARAMS_A_CALL, PARENT, Tracking, open_tracking

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

STUDY, TRIAL = "penstock.sweep", "penstock.trial"
STATUS = {State.COMPLETE: "FINISHED", State.PRUNED: "KILLED", State.FAILED: "FAILED"}


class Runs:
    """The runs of one study, whose sweep this process holds.

    What is there already is found by the study's key.
    """

    def __init__(self, study: Study) -> None:
        self._study = study
        self._gate = threading.Lock()
        self._parent = ""
        self._tracked: set[int] = set()

    def begin(self) -> None:
        """Make the study's run, or find it and those of its trials; half-made ones go.

        Raises:
            As `open_tracking` does.
        """
        with open_tracking(self._study.root) as tracking:
            for run in list(self._found(tracking)):
                number = run.data.tags.get(TRIAL)
                if number is None:
                    self._parent = str(run.info.run_id)
                elif run.info.status == "RUNNING":
                    tracking.client.delete_run(run.info.run_id)
                else:
                    self._tracked.add(int(number))
            if not self._parent:
                self._parent = self._make_parent(tracking)

    def add(self, ended: Ended) -> None:
        """Make the run of a trial; where that fails the sweep goes on, and `finish` makes it."""
        root = self._study.root
        with contextlib.suppress(PenstockError), self._gate, open_tracking(root) as tracking:
            self._make(tracking, ended)

    def finish(self, receipt: Receipt) -> None:
        """Make what is still missing, and say on the study's run how it came out.

        Raises:
            As `open_tracking` does.
        """
        study, parent = self._study, self._parent
        with self._gate, open_tracking(study.root) as tracking:
            for ended in study.all_ended(receipt["trials"]):
                self._make(tracking, ended)
            name = metric_name(study.metric)
            values = {
                f"{study.sweep.split}.{name}": receipt["best"]["value"],
                f"present.{name}": receipt["present"]["value"],
            }
            _log(tracking.client, parent, metrics=[(key, v, 0) for key, v in values.items()])
            if receipt["patch"]:
                tracking.client.log_artifact(parent, str(study.root / receipt["patch"]))
            tracking.client.set_terminated(parent)

    def _found(self, tracking: Tracking) -> Iterator[Run]:
        experiment = tracking.experiment(self._study.block.project)
        wanted, token = f"tags.`{STUDY}` = '{self._study.key}'", None
        while True:
            page = tracking.client.search_runs([experiment], wanted, page_token=token)
            yield from page
            token = page.token
            if not token:
                return

    def _make_parent(self, tracking: Tracking) -> str:
        study = self._study
        run = self._create(tracking, f"sweep {study.block.name}", {})
        facts: dict[str, object] = study.sweep.model_dump(
            mode="json", include={"split", "startup", "prune_below", "parallel"}
        )
        facts |= {"metric": study.metric, "direction": study.direction}
        for name, one in study.sweep.space.items():
            facts[f"space.{name}"] = one.model_dump(mode="json", exclude_defaults=True)
        _log(tracking.client, run, params=facts)
        return run

    def _make(self, tracking: Tracking, ended: Ended) -> None:
        if ended.number in self._tracked:
            return
        state, number = str(ended.state), str(ended.number)
        tags = {TRIAL: number, PARENT: self._parent, "penstock.state": state}
        run = self._create(tracking, f"trial {number}", tags)
        name = f"{self._study.sweep.split}.{metric_name(self._study.metric)}"
        metrics = [(f"fold/{name}", value, fold) for fold, value in enumerate(ended.folds)]
        metrics += [(name, ended.value, 0)] if ended.state is State.COMPLETE else []
        _log(tracking.client, run, params=ended.values, metrics=metrics)
        tracking.client.set_terminated(run, STATUS[ended.state])
        self._tracked.add(ended.number)

    def _create(self, tracking: Tracking, name: str, tags: dict[str, str]) -> str:
        block = self._study.block
        own = {
            STUDY: self._study.key,
            "penstock.project": block.project,
            "penstock.candidate": block.name,
            "mlflow.source.type": "PROJECT",
            "mlflow.source.name": "params.yaml",
        }
        experiment = tracking.experiment(block.project)
        run = tracking.client.create_run(experiment, tags=own | tags, run_name=name)
        return str(run.info.run_id)


def _log(
    client: MlflowClient,
    run: str,
    params: Mapping[str, object] | None = None,
    metrics: list[tuple[str, float, int]] | None = None,
) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    told = [
        Param(key, value if isinstance(value, str) else json.dumps(value))
        for key, value in (params or {}).items()
    ]
    for some in batches(told, PARAMS_A_CALL):
        client.log_batch(run, params=some)
    if metrics:
        client.log_batch(run, [Metric(name, value, now, step) for name, value, step in metrics])
