"""Multinomial logistic regression by gradient descent, stopped when unseen images get worse."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.toy_images.parts.pictures import ImageModel, softmax
from penstock.models.training.matrix import matrix


class SoftmaxSettings(settings.Settings):
    steps: int = Field(200, ge=1, description="steps at most")
    rate: float = Field(0.5, gt=0, description="length of a step")
    patience: int = Field(10, ge=1, description="steps without a better loss before it stops")


class Softmax(ImageModel):
    Settings = SoftmaxSettings
    early_stopping = True

    def fit(self, view: View, context: FitContext) -> Self:
        assert view.target is not None and context.validation_view is not None
        rows, target = matrix(view, np.float64), np.eye(int(view.target.max()) + 1)[view.target]
        unseen, held = matrix(context.validation_view, np.float64), context.validation_view.target
        assert held is not None
        weight, bias = np.zeros((rows.shape[1], target.shape[1])), np.zeros(target.shape[1])
        best, since = np.inf, 0
        for step in range(self.settings.steps):
            off = (softmax(rows @ weight + bias) - target) / len(rows)
            weight = weight - self.settings.rate * (rows.T @ off)
            bias = bias - self.settings.rate * off.sum(axis=0)
            chance = softmax(unseen @ weight + bias)[np.arange(len(held)), held]
            loss = float(-np.log(chance).mean())
            context.record({"step": step, "validation_loss": loss})
            if loss < best:
                best, since, self.kept = loss, 0, {"weight": weight, "bias": bias}
            elif (since := since + 1) >= self.settings.patience:
                break
        return self

    def logits(self, rows: Array) -> Array:
        logits: Array = rows @ self.kept["weight"] + self.kept["bias"]
        return logits


MODEL = Softmax
