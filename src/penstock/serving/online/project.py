"""What a project offers so that its features can be told of one event.

`projects/P/online.py` has

=====================  ==============================================================
`TABLE`                the table of data/P/valid whose rows are the events
`ENTITY`               the column whose value is the unit of an experiment
`FeatureSettings`      the settings under `projects.P.features`
`features(settings)`   a `FeatureSet` where the past of entities enters, else a `RowSet`
=====================  ==============================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from penstock.core.config import Params
from penstock.core.settings import Settings, parse
from penstock.core.workspace import MissingPart, load_part
from penstock.serving.online.errors import NoOnlineFeatures

if TYPE_CHECKING:
    from penstock.features.featureset import FeatureSet
    from penstock.features.row_set import RowSet


class OnlinePart(Protocol):
    """The module `projects/P/online.py`."""

    TABLE: str
    ENTITY: str
    FeatureSettings: type[Settings]
    features: Callable[[Any], FeatureSet | RowSet]


@dataclass(frozen=True)
class OnlineProject:
    """A project as its events see it."""

    name: str
    table: str
    entity: str
    features: FeatureSet | RowSet


def online_project(params: Params, name: str) -> OnlineProject:
    """The project `name` of params.yaml.

    Raises:
        NoOnlineFeatures: it has no online.py.
        UnknownName, ParamsError: params.yaml does not know it, or its features are misspelt.
    """
    block = params.project(name)
    try:
        part = cast(OnlinePart, load_part("project", name, "online"))
    except MissingPart:
        raise NoOnlineFeatures(name) from None
    settings = parse(part.FeatureSettings, block.features, f"projects.{name}.features")
    return OnlineProject(name, part.TABLE, part.ENTITY, part.features(settings))


def states_key(features: FeatureSet) -> str:
    """Another one where states of the one features could not serve the other."""
    from penstock.features.stream import Stream

    kept = (features.label_delay_days, *Stream(features).layouts.values())
    return hashlib.sha256(repr(kept).encode()).hexdigest()


def folder_of(root: Path, project: str) -> Path:
    """Where a server keeps what is its own of a project."""
    return root / ".penstock" / "serving" / project
