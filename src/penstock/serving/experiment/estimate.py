"""The difference between two models' means over entities, and its variance.

A mean over events is a ratio of sums over entities, whose events go together: the delta method
gives its variance from one number an entity (Deng, Knoblich, Lu, Applying the Delta Method in
Metric Analytics, KDD 2018, section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.contracts import Array


@dataclass(frozen=True)
class Estimate:
    """challenger − champion.

    Attributes:
        variance: of the difference.
        entities: of champion and challenger; the same ones where both scored each event.
        units: entities of both together, each once.
        events: of champion and challenger.
    """

    champion: float
    challenger: float
    variance: float
    entities: tuple[int, int]
    units: int
    events: tuple[int, int]

    @property
    def difference(self) -> float:
        return self.challenger - self.champion


def between(value: Array, entity: Array, challenger: Array) -> Estimate:
    """Of two arms, each entity in one of them.

    Args:
        value: the metric of each event, shape (events,).
        entity: a code of each event's entity, below their number.
        challenger: whether the challenger answered the event.
    """
    ours = _mean(value[challenger], entity[challenger])
    theirs = _mean(value[~challenger], entity[~challenger])
    return Estimate(
        champion=theirs.mean,
        challenger=ours.mean,
        variance=ours.variance + theirs.variance,
        entities=(theirs.entities, ours.entities),
        units=theirs.entities + ours.entities,
        events=(theirs.events, ours.events),
    )


def within(champion: Array, challenger: Array, entity: Array) -> Estimate:
    """Of two models that scored the same events; arguments as of `between`, event by event."""
    difference = _mean(challenger - champion, entity)
    return Estimate(
        champion=float(champion.mean()),
        challenger=float(challenger.mean()),
        variance=difference.variance,
        entities=(difference.entities, difference.entities),
        units=difference.entities,
        events=(len(entity), len(entity)),
    )


@dataclass(frozen=True)
class _Mean:
    mean: float
    variance: float
    entities: int
    events: int


def _mean(value: Array, entity: Array) -> _Mean:
    """Infinite variance where there are fewer than two entities."""
    if not len(value):
        return _Mean(float("nan"), float("inf"), 0, 0)
    counts: Array = np.bincount(entity)
    sums: Array = np.bincount(entity, weights=value)
    there = counts > 0
    counts, sums = counts[there], sums[there]
    entities = len(counts)
    mean = float(sums.sum() / counts.sum())
    if entities < 2:
        return _Mean(mean, float("inf"), entities, len(value))
    own: Any = (sums - mean * counts) / counts.mean()
    return _Mean(mean, float(own.var(ddof=1) / entities), entities, len(value))
