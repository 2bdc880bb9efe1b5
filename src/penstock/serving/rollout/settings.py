"""serving.rollout.P of params.yaml: who else scores beside the champion."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from penstock.core.config import Params
from penstock.core.settings import Settings, parse


class RolloutSettings(Settings):
    """How a project's models share its requests."""

    mode: Literal["off", "shadow", "ab"] = Field(
        "off", description="shadow: the challenger scores along; ab: it answers its share"
    )
    challenger: str | None = Field(
        None, description="first digits of a kept model's key, or the name of one that waits"
    )
    share: float = Field(0.5, ge=0, le=1, description="of entities that the challenger answers")
    experiment: str = Field(
        "1", min_length=1, description="another word deals the entities out anew"
    )
    watch_seconds: float = Field(
        0.2, gt=0, le=60, description="between two looks at the pointer, in a folder"
    )
    watch_bucket_seconds: float = Field(5.0, gt=0, description="the same, in a bucket")

    @model_validator(mode="after")
    def _somebody_challenges(self) -> RolloutSettings:
        if self.mode != "off" and self.challenger is None:
            raise ValueError(f"mode {self.mode} needs a challenger")
        return self


def rollout_settings(params: Params, project: str) -> RolloutSettings:
    """serving.rollout.`project`; raises ParamsError."""
    blocks = params.serving.get("rollout", {})
    block = blocks.get(project, {}) if isinstance(blocks, dict) else blocks
    return parse(RolloutSettings, block, f"serving.rollout.{project}")
