"""Where the states of a project lie: in files that one process owns, or in Redis for several."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from penstock.core.config import Params
from penstock.features.featureset import FeatureSet
from penstock.serving.contracts import Admitted, Event, Features
from penstock.serving.online.hot import Name
from penstock.serving.online.owned_store import OwnedStore
from penstock.serving.online.project import OnlineProject, folder_of
from penstock.serving.online.settings import online_settings
from penstock.serving.online.states_file import Facts

ADDRESS = "PENSTOCK_STATES"
"""The variable that names a Redis, redis://HOST:PORT/0; without it there are files."""


class Counting(Features, Protocol):
    """Features over states that follow the data."""

    def start(self) -> None:
        """Write behind, until it is closed."""

    def count(self, event: Event) -> tuple[Admitted, bool]:
        """What `admit` gives, and whether the event is new; raises as it does."""

    def counted(self, data: str, through: int) -> None:
        """All rows of a table are counted, the last of time `through`; keep that with them."""


class Store(Protocol):
    """The states of one project.

    Attributes:
        where: for a person.
    """

    where: str

    def own(self) -> None:
        """Keep others from making states until `close`; raises StatesTaken where they do."""

    def close(self) -> None: ...
    def facts(self) -> Facts | None:
        """What the states have seen; None where there are none."""

    def fill(self, states: Iterable[Mapping[Name, bytes]], facts: Facts) -> None:
        """Put states in place of all that is there."""

    def open(self) -> Counting:
        """Features over the states."""


def store_of(root: Path, params: Params, project: OnlineProject, features: FeatureSet) -> Store:
    """That of a project; raises StatesUnreachable."""
    settings, address = online_settings(params), os.environ.get(ADDRESS)
    if address:
        from penstock.serving.online.shared_store import SharedStore

        return SharedStore(features, project, address, settings)
    return OwnedStore(features, project.entity, folder_of(root, project.name), settings)
