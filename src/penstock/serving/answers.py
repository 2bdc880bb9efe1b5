"""What a caller is told of an event."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from penstock.serving.contracts import Arm

SHORT = 12  # digits of a model's key

Decision = Literal["alert", "pass"]


class Reason(msgspec.Struct, frozen=True):
    """A group of inputs, in words, and what it adds to the margin."""

    group: str
    says: str
    contribution: float


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to one event.

    Attributes:
        score: what the model says; higher is more likely.
        decision: null where nobody decided what a score leads to.
        threshold: of the decision: the least score that alerts, or the least money saved.
        model: the first digits of its content key; GET /v1/{project}/model tells the rest.
        arm: who answered: the same for the same entity, while the shares stay.
        reasons: asked for by `?explain=1`: what raises the score, the strongest first, then the
            strongest that lowers it. They, `rest` and `base` sum to `margin`.
        unexplained: why there are none though they were asked for.
    """

    prediction_id: str
    project: str
    event_id: str
    score: float
    decision: Decision | None
    threshold: float | None
    model: str
    arm: Arm
    reasons: list[Reason] | None = None
    rest: float | None = None
    base: float | None = None
    margin: float | None = None
    unexplained: str | None = None


class NotAnswered(msgspec.Struct, frozen=True):
    """In a list: what takes the place of an answer to an event that can't be taken."""

    event_id: str
    status: int
    detail: str
    fix: str


class LabelsTaken(msgspec.Struct, frozen=True):
    """How many labels came, and how many of them the features didn't know yet."""

    came: int
    new: int


def explained(told: dict[str, Any]) -> dict[str, Any]:
    """The fields of `Answer` that hold what `Served.reasons` says of a row."""
    reasons = [Reason(one["group"], one["says"], one["contribution"]) for one in told["reasons"]]
    return {"reasons": reasons} | {key: told[key] for key in ("rest", "base", "margin")}
