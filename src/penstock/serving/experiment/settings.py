"""serving.experiment.P of params.yaml: what is compared, and what difference would matter."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from penstock.core.config import Params
from penstock.core.settings import Settings, parse

Metric = Literal["brier", "log_loss", "label"]


class GuardSettings(Settings):
    """What must hold, whatever the metric says."""

    sample_ratio: float = Field(
        0.001, gt=0, lt=1, description="chance of a false alarm on the arms' sizes, ever"
    )
    score_drift: float = Field(
        0.25, gt=0, description="population stability index between the arms' scores, at most"
    )
    not_finite: float = Field(0.0, ge=0, le=1, description="share of scores that are no number")


NO_CHANGE = GuardSettings.model_validate({})


class ExperimentSettings(Settings):
    """How two models are compared on what the server answered."""

    metric: Metric = Field(
        "brier", description="mean of (score − label)², of −log likelihood, or of the label itself"
    )
    better: Literal["less", "more"] = Field("less", description="of the metric")
    effect: float = Field(
        0.001, gt=0, description="smallest difference that matters; the test is tuned to it"
    )
    alpha: float = Field(0.05, gt=0, lt=0.5, description="chance of a difference that is none")
    power: float = Field(
        0.8, ge=0.5, lt=1, description="chance to see `effect`, for what is needed"
    )
    min_entities: int = Field(
        100, ge=10, description="in each arm, before anything is said: a mean of few is not normal"
    )
    guards: GuardSettings = Field(NO_CHANGE, description="what must hold, whatever it says")


def experiment_settings(params: Params, project: str) -> ExperimentSettings:
    """serving.experiment.`project`; raises ParamsError."""
    blocks = params.serving.get("experiment", {})
    block = blocks.get(project, {}) if isinstance(blocks, dict) else blocks
    return parse(ExperimentSettings, block, f"serving.experiment.{project}")
