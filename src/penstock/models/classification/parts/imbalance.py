"""Rare positives: rows left out or made up, and positives that weigh what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array
from penstock.core.errors import ParamsError, PenstockError, did_you_mean
from penstock.models.classification.parts.pilot import informative
from penstock.models.training.matrix import NotFinite


class BadWeights(PenstockError):
    """The input that positives are to be weighed by holds no weights."""

    def __init__(self, name: str, count: int, rows: int) -> None:
        super().__init__(
            f"weigh_by: input {name!r} is negative, missing or always 0 in {count} of {rows} "
            "positives: no weight\n"
            "  fix: mend the input in the project's features.py, or take weigh_by out of the "
            "candidate's params"
        )


class Resample(settings.Settings):
    """How the rows to fit are balanced before a model sees them."""

    kind: Literal["under", "pilot", "smote"] = Field(
        description="under: negatives are left out at random; pilot: easy ones are, and those kept "
        "weigh for them; smote: positives are made up"
    )
    ratio: float = Field(0.1, gt=0, le=1, description="positives per negative afterwards")
    neighbours: int = Field(5, ge=1, description="nearest positives that smote mixes one with")


class ImbalanceSettings(settings.Settings):
    """What a model may be told about rare positives that cost unequally much."""

    resample: Resample | None = Field(None, description="null: the rows as they are")
    weigh_by: str | None = Field(
        None, description="input, such as the amount; a positive weighs its share of their mean"
    )


@dataclass(frozen=True)
class Balanced:
    """Rows to fit, their labels, and what each weighs (None: all the same)."""

    rows: Array
    target: Array
    weight: Array | None


def balance(
    rows: Array, target: Array, names: Sequence[str], asked: ImbalanceSettings, seed: int
) -> Balanced:
    """The rows (rows, inputs) as `asked` has them; resampled ones come in another order.

    Weights leave the positives' total as it was: a dear one counts more, a cheap one less.

    Raises:
        ParamsError: `weigh_by` is none of the inputs `names`.
        BadWeights, NotFinite: the rows do not take it.
    """
    given = Balanced(rows, target, None)
    if asked.resample is not None:
        given = _resample(rows, target, names, asked.resample, seed)
    if asked.weigh_by is None:
        return given
    weight = _weights(given.rows, given.target, names, asked.weigh_by)
    weight = weight if given.weight is None else weight * given.weight
    return Balanced(given.rows, given.target, weight)


def _resample(
    rows: Array, target: Array, names: Sequence[str], asked: Resample, seed: int
) -> Balanced:
    """As they are where positives are frequent enough."""
    positives = int(target.sum())
    if positives >= asked.ratio * (len(target) - positives):
        return Balanced(rows, target, None)
    if asked.kind == "pilot":
        places, weight = informative(rows, target, round(positives / asked.ratio), seed)
        return Balanced(rows[places], target[places], weight)
    if asked.kind == "under":
        return Balanced(*_under(rows, target, asked.ratio, seed), None)
    _refuse_gaps(rows, names)
    return Balanced(*_smote(rows, target, asked, seed), None)


def _under(rows: Array, target: Array, ratio: float, seed: int) -> tuple[Array, Array]:
    from imblearn.under_sampling import RandomUnderSampler

    sampler = RandomUnderSampler(sampling_strategy=ratio, random_state=seed)
    # It is to draw rows, not to look at them: gaps are the model's matter.
    places, labels = sampler.fit_resample(np.arange(len(rows)).reshape(-1, 1), target)
    return rows[places[:, 0]], labels


def _smote(rows: Array, target: Array, asked: Resample, seed: int) -> tuple[Array, Array]:
    """Chawla et al. 2002."""
    from imblearn.over_sampling import SMOTE

    positives = int(target.sum())
    if positives == 1:  # it has no neighbour to be mixed with
        return rows, target
    near = min(asked.neighbours, positives - 1)
    made: tuple[Array, Array] = SMOTE(
        sampling_strategy=asked.ratio, k_neighbors=near, random_state=seed
    ).fit_resample(rows, target)
    return made


def _weights(rows: Array, target: Array, names: Sequence[str], by: str) -> Array:
    if by not in names:
        raise ParamsError([f"weigh_by: no input {by!r}; {did_you_mean(by, names)}"])
    value = rows[:, list(names).index(by)].astype(np.float64)
    positive = target == 1
    wrong = int((~(value[positive] >= 0)).sum())
    if not wrong and not value[positive].any():
        wrong = int(positive.sum())
    if wrong:
        raise BadWeights(by, wrong, int(positive.sum()))
    return np.where(positive, value / value[positive].mean(), 1.0)


def _refuse_gaps(rows: Array, names: Sequence[str]) -> None:
    gaps = np.isnan(rows).sum(axis=0)
    if gaps.any():
        worst = int(gaps.argmax())
        raise NotFinite(names[worst], int(gaps[worst]), len(rows), missing=False)
