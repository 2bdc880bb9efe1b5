"""The block `serving` of params.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from penstock.core.config import Params
from penstock.core.errors import ParamsError, did_you_mean
from penstock.core.settings import Settings, parse
from penstock.serving.experiment.settings import ExperimentSettings
from penstock.serving.log.settings import LogSettings
from penstock.serving.online.settings import OnlineSettings
from penstock.serving.rollout.settings import RolloutSettings


class Limits(Settings):
    """What a request may take before it is refused."""

    body_bytes: int = Field(
        default=65_536, ge=1024, le=2**26, description="of a body; more is a 413"
    )
    events: int = Field(default=100, ge=1, le=10_000, description="in one list")
    body_seconds: float = Field(
        default=5.0, gt=0, le=300, description="for a body to come; then a 408"
    )
    in_flight: int = Field(
        default=256, ge=1, description="events being answered; more are shed with 503"
    )
    ahead_seconds: float = Field(
        default=86_400.0, ge=0, description="an event's time may be ahead of the clock by so much"
    )
    drain_seconds: float = Field(
        default=1.0,
        ge=0,
        le=600,
        description="between SIGTERM, when /readyz turns, and the last accept",
    )


class Rate(Settings):
    """Requests of one key, or of all callers together where no keys are asked for."""

    per_second: float = Field(default=20_000.0, gt=0, description="in the long run; more is a 429")
    burst: int = Field(default=20_000, ge=1, description="at once, after a pause")


class ServingSettings(Settings):
    """The whole block."""

    limits: Limits = Limits()
    rate: Rate = Rate()
    features: OnlineSettings = Field(default={}, validate_default=True)
    log: LogSettings = Field(default={}, validate_default=True)
    rollout: dict[str, RolloutSettings] = Field(default={}, description="by project")
    experiment: dict[str, ExperimentSettings] = Field(default={}, description="by project")
    keys: str = Field(
        default=".penstock/serving/keys.json", min_length=1, description="file of the keys"
    )


def serving_settings(params: Params) -> ServingSettings:
    """The settings of the server; raises ParamsError."""
    return parse(ServingSettings, params.serving, "serving")


def serving_problems(params: Params) -> Iterator[str]:
    """What is wrong with the block, a line each."""
    try:
        settings = serving_settings(params)
    except ParamsError as error:
        yield from error.problems
        return
    for block, named in (("rollout", settings.rollout), ("experiment", settings.experiment)):
        for name in named:
            if name not in params.projects:
                hint = did_you_mean(name, params.projects)
                yield f"serving.{block}.{name}: no project {name!r}; {hint}"
