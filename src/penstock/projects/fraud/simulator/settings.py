"""The knobs of the card-transaction simulator, as they stand in params.yaml."""

from __future__ import annotations

import datetime

from pydantic import Field

from penstock.core.settings import Settings


class SimulatorSettings(Settings):
    """How large a world to simulate; the defaults give the published data set."""

    customers: int = Field(default=5000, ge=3, lt=2**31, description="number of cards, at least 3")
    terminals: int = Field(
        default=10000, ge=2, lt=2**31, description="number of terminals, at least 2"
    )
    days: int = Field(default=183, ge=1, le=36525, description="days simulated, at most a century")
    start: datetime.date = Field(
        default=datetime.date(2018, 4, 1), description="first day, as YYYY-MM-DD (UTC)"
    )
    radius: float = Field(
        default=5.0,
        gt=0,
        allow_inf_nan=False,
        description="a card is used at terminals nearer than this, on a map of 100 x 100",
    )
