"""How scores become alerts: the part of a protocol that says what an alert costs and saves."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from penstock.core.settings import Settings

CalibrationMethod = Literal["isotonic", "beta"]


class Costs(Settings):
    """A cost matrix that knows the amount; all in the unit of the role `amount`."""

    review: float = Field(ge=0, description="of looking at an alert")
    loss_share: float = Field(1.0, ge=0, description="of the amount, lost with a positive missed")
    loss_fixed: float = Field(0.0, ge=0, description="lost besides with each positive missed")
    false_alarm: float = Field(0.0, ge=0, description="of an alert that was none, besides review")


class DecisionSettings(Settings):
    """When a row becomes an alert.

    With a budget alone the highest scores do; with costs the rows from which it saves money to
    alert; with both the ones that save most, as many as the budget lets through.
    """

    alerts_a_day: float | None = Field(None, gt=0, description="rows that can be looked at a day")
    costs: Costs | None = Field(None, description="what an alert costs and saves")

    def model_post_init(self, context: Any) -> None:
        if self.alerts_a_day is None and self.costs is None:
            raise ValueError("found neither alerts_a_day nor costs; expected one of them, or both")
