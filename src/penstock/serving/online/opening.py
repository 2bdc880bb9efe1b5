"""The features of a project, made ready to be served."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from penstock.core.config import Params
from penstock.features.featureset import FeatureSet
from penstock.serving.contracts import Features
from penstock.serving.online.data import data_hash
from penstock.serving.online.errors import PrepareFailed, StatesForeign
from penstock.serving.online.of_rows import RowFeatures
from penstock.serving.online.plan import plan
from penstock.serving.online.project import online_project, states_key
from penstock.serving.online.stores import store_of

SAYS = {
    "make": "{project}: states in {where} are made of the data …",
    "catch up": "{project}: the data is newer than the states in {where}, which catch up …",
    "begin": "{project}: no states in {where} and no data here: all entities are new",
}


def open_features(
    root: Path, params: Params, project: str, say: Callable[[str], None] = print
) -> Features:
    """What turns events of `project` into the inputs of its models, ready for the next one.

    Args:
        root: the workspace; its data need not be there.
        say: takes a line where there is something to wait for, and one when that is done.

    Raises:
        NoOnlineFeatures: the project says nothing of single events.
        StatesTaken: another process has the states.
        StatesForeign: they are of other features, and no data is here to make new ones from.
        StatesUnreachable: the store does not answer.
        PrepareFailed: they could not be made, or not follow the data.
    """
    found = online_project(params, project)
    features = found.features
    if not isinstance(features, FeatureSet):
        return RowFeatures(features, found.entity)
    store = store_of(root, params, found, features)
    store.own()
    try:
        todo = plan(store.facts(), states_key(features), data_hash(root, project, found.table))
        if todo == "foreign":
            raise StatesForeign(store.where, project)
        if todo in SAYS:
            say(SAYS[todo].format(project=project, where=store.where))
        if todo in {"make", "catch up"}:
            say(_made(root, project))
        online = store.open()
        online.start()
        return online
    except BaseException:
        store.close()
        raise


def _made(root: Path, project: str) -> str:
    """What `making` did; it is over before the server needs its own memory."""
    command = [sys.executable, "-m", "penstock.serving.online.making", str(root), project]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PrepareFailed(project, done.stderr.strip())
    return done.stdout.strip()
