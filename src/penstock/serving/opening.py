"""Opens what a server needs, and makes its app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from penstock.core.config import Params
from penstock.core.contracts import Schema
from penstock.core.errors import PenstockError
from penstock.core.workspace import load_part
from penstock.effects.champions import Store
from penstock.serving.alerts import Alerts
from penstock.serving.contracts import Served
from penstock.serving.log.labels import open_labels
from penstock.serving.log.opening import open_log
from penstock.serving.metrics import Metrics
from penstock.serving.online.opening import open_features
from penstock.serving.protection.guard import Guard
from penstock.serving.protection.keyring import Keyring
from penstock.serving.recommending import Recommending
from penstock.serving.requests import EventType, event_columns
from penstock.serving.rollout.rollout import Rollout
from penstock.serving.rollout.settings import rollout_settings
from penstock.serving.scoring import Scoring
from penstock.serving.served import open_served
from penstock.serving.settings import serving_settings
from penstock.serving.state import State
from penstock.serving.unjudged import Unjudged

RANKING = "ranking"  # the task whose projects give lists

Say = Callable[[str], None]


class NothingToServe(PenstockError):
    """No project was named, and none has a champion."""

    def __init__(self, projects: Iterable[str]) -> None:
        known = ", ".join(projects)
        super().__init__(
            f"no project of params.yaml has a champion: expected one at least of {known}\n"
            "  fix: penstock promote PROJECT   (after dvc repro; a first champion must beat the "
            "floor of its promotion block; while it waits to be judged: penstock serve --unjudged)"
        )


def open_state(
    root: Path,
    params: Params,
    named: list[str],
    *,
    keyless: bool = False,
    unjudged: bool = False,
    say: Say = print,
) -> State:
    """All parts of a server for the projects `named`, or else those that have champions.

    Args:
        keyless: ask for no keys, whatever there are.
        unjudged: a challenger that waits answers where there is no champion yet.

    Raises:
        NothingToServe, UnknownName, ParamsError: what is asked for can't be served.
        BadKeys: the file of the keys can't be read.
        PenstockError: as the parts raise it, of a champion that is damaged or not there.
    """
    settings = serving_settings(params)
    projects = list(dict.fromkeys(named)) or _with_champions(root, params, unjudged)
    if not projects:
        raise NothingToServe(params.projects)
    keyring = Keyring(root / settings.keys)
    guard = Guard(keyring if keyring.keys and not keyless else None, settings.rate)
    metrics = Metrics()
    state = State(root, settings, guard, metrics, open_log(root, settings.log), open_labels(root))
    try:
        for project in projects:
            if params.project(project).task == RANKING:
                state.recommending[project] = Recommending(
                    root, params, project, state.log, state.metrics
                )
            else:
                _open_scoring(state, params, project, Unjudged if unjudged else Rollout, say)
    except BaseException:
        state.close()
        raise
    return state


def _open_scoring(
    state: State, params: Params, project: str, kind: type[Rollout], say: Say
) -> None:
    root, block = state.root, params.project(project)
    schema: Schema = load_part("project", project, "schema").SCHEMA
    columns = event_columns(project, schema)
    posted = [one for one in columns if one.role != "target"]
    rollout = kind(root, project, rollout_settings(params, project), open_warm)
    features = open_features(root, params, project, say)
    value = next((one.name for one in columns if one.role == "value"), None)
    state.rollouts[project], state.columns[project] = rollout, columns
    state.scoring[project] = Scoring(
        project,
        EventType(_type_name(project, "Event"), posted, state.settings.limits),
        features,
        rollout,
        state.log,
        Alerts(root, block.task, project, value),
        state.metrics,
    )
    rollout.start()


def open_warm(store: Store, project: str, key: str) -> Served:
    """A kept model that has scored a row: what it loads for that is loaded before anybody waits."""
    served = open_served(store, project, key)
    served.score(np.zeros((1, len(served.inputs)), np.float32))
    return served


def _with_champions(root: Path, params: Params, unjudged: bool) -> list[str]:
    store = Store.open(root)
    return [
        name
        for name in params.projects
        if store.pointer(name) is not None or (unjudged and store.challengers(name))
    ]


def _type_name(project: str, what: str) -> str:
    """What a type is called in the description of the API: `CreditcardEvent`."""
    return "".join(part.capitalize() for part in project.split("_")) + what
