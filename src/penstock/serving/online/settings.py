"""How the server keeps what its features need of the past."""

from __future__ import annotations

from pydantic import Field

from penstock.core.config import Params
from penstock.core.settings import Settings, parse

KEY = "serving.features"


class OnlineSettings(Settings):
    """The block `serving.features` of params.yaml; where the states lie says PENSTOCK_STATES."""

    flush_seconds: float = Field(
        0.2, gt=0, le=60, description="what a killed server may forget: events of so many seconds"
    )
    checkpoint_seconds: float = Field(
        30.0, gt=0, le=3600, description="how often changed states are written whole"
    )
    hot_entities: int = Field(
        20_000, ge=100, description="states in memory; those that are at rest leave first"
    )
    ids_days: int = Field(
        7, ge=1, le=3650, description="days, by the events' own time, that an answer is remembered"
    )


def online_settings(params: Params) -> OnlineSettings:
    """Those of params.yaml; raises ParamsError."""
    return parse(OnlineSettings, params.serving.get("features", {}), KEY)
