"""States made from the data in a process of their own: it needs pandas and a GB for a while.

`python -m penstock.serving.online.making ROOT PROJECT` makes them, or counts what is new in the
data. Whoever calls it has seen to it that nobody else does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from penstock.core.config import load_params
from penstock.core.dataset import load
from penstock.core.errors import PenstockError
from penstock.features.featureset import FeatureSet
from penstock.serving.online.data import catch_up, data_folder, data_hash, facts_of, times_of
from penstock.serving.online.errors import NoOnlineFeatures
from penstock.serving.online.hot import Name
from penstock.serving.online.plan import plan
from penstock.serving.online.project import online_project, states_key
from penstock.serving.online.stores import Store, store_of

if TYPE_CHECKING:
    import pandas as pd

SOME = 500  # states a statement


def make(root: Path, project: str) -> str:
    """Make the states of a project, or bring them up to date; what was done, in one line.

    Raises:
        PenstockError: params.yaml, the project, its data or its store is not as it should be.
    """
    begun = perf_counter()
    params = load_params(root)
    found = online_project(params, project)
    features, data = found.features, data_hash(root, project, found.table)
    if not isinstance(features, FeatureSet) or data is None:
        raise NoOnlineFeatures(project)
    table = load(data_folder(root, project), [found.table]).tables[found.table]
    store = store_of(root, params, found, features)
    facts = store.facts()
    if facts is not None and plan(facts, states_key(features), data) == "catch up":
        did = _follow(features, store, table, data, facts.data_through)
    else:
        states = _states(features, table)
        store.fill(states, facts_of(states_key(features), data, features, table))
        did = f"states made of {len(table):,} {found.table}"
    return f"{project}: {did} in {perf_counter() - begun:.1f} s"


def _states(features: FeatureSet, table: pd.DataFrame) -> Iterator[Mapping[Name, bytes]]:
    from penstock.features.from_table import kept_of_table

    made = kept_of_table(features, table)
    while some := {(name, key): kept.to_bytes() for name, key, kept in islice(made, SOME)}:
        yield some


def _follow(
    features: FeatureSet, store: Store, table: pd.DataFrame, data: str, since: int | None
) -> str:
    online = store.open()
    online.start()
    try:
        done = catch_up(features, online, table, since)
        online.counted(data, int(times_of(table, features)[-1]))
    finally:
        online.close()
    return str(done)


if __name__ == "__main__":
    try:
        print(make(Path(sys.argv[1]), sys.argv[2]))
    except PenstockError as error:
        sys.exit(str(error))
