"""What must hold whatever the metric says: the arms' sizes, their scores, scores that are none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array
from penstock.serving.experiment.settings import GuardSettings

BINS = 10
ENOUGH = 1000  # scores of each arm; of fewer, the index says more of chance than of drift
PRIOR = 200.0  # how closely the mixture keeps to the share that was asked for


@dataclass(frozen=True)
class Guard:
    """One that was looked at.

    Attributes:
        value, limit: None as the value is too little to look at.
        holds: False stops the experiment.
    """

    name: str
    value: float | None
    limit: float
    holds: bool
    says: str


def sample_ratio(entities: tuple[int, int], share: float, settings: GuardSettings) -> Guard:
    """Whether the arms have the sizes that the shares give them; it may be looked at every day.

    A mixture of binomials against the one with `share` (Lindon, Malek, Anytime-valid Inference for
    Multinomial Count Data, NeurIPS 2022): 1 / that ratio is a p-value at all times.

    Args:
        entities: of champion and challenger.
        share: of the challenger, strictly between 0 and 1.
    """
    champion, challenger = entities
    ours, theirs = PRIOR * share, PRIOR * (1 - share)
    ratio = (
        _log_beta(challenger + ours, champion + theirs)
        - _log_beta(ours, theirs)
        - challenger * math.log(share)
        - champion * math.log1p(-share)
    )
    p = min(1.0, math.exp(min(0.0, -ratio)))
    found = challenger / max(1, champion + challenger)
    return Guard(
        name="sample_ratio",
        value=p,
        limit=settings.sample_ratio,
        holds=p >= settings.sample_ratio,
        says=f"the challenger has {found:.1%} of the entities, and should have {share:.1%}",
    )


def score_drift(champion: Array, challenger: Array, settings: GuardSettings) -> Guard:
    """How far the challenger's scores lie elsewhere: the population stability index.

    In tenths of all finite scores, half a score added to each so that none is empty.
    """
    champion, challenger = champion[np.isfinite(champion)], challenger[np.isfinite(challenger)]
    limit = settings.score_drift
    if min(len(champion), len(challenger)) < ENOUGH:
        says = f"fewer than {ENOUGH:,} scores in an arm"
        return Guard("score_drift", None, limit, True, says)
    both = np.concatenate([champion, challenger])
    edges = np.unique(np.quantile(both, np.arange(1, BINS) / BINS))
    theirs, ours = (_shares(scores, edges) for scores in (champion, challenger))
    index = float(((ours - theirs) * np.log(ours / theirs)).sum())
    says = f"population stability index of the challenger's scores: {index:.3f}"
    return Guard("score_drift", index, limit, index <= limit, says)


def not_finite(champion: Array, challenger: Array, settings: GuardSettings) -> Guard:
    """The share of the challenger's scores that are no number."""
    share = float(np.mean(~np.isfinite(challenger))) if len(challenger) else 0.0
    theirs = float(np.mean(~np.isfinite(champion))) if len(champion) else 0.0
    says = f"{share:.2%} of the challenger's scores are no number, {theirs:.2%} of the champion's"
    limit = max(settings.not_finite, theirs)
    return Guard("not_finite", share, limit, share <= limit, says)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _shares(scores: Array, edges: Array) -> Array:
    counts = np.bincount(np.searchsorted(edges, scores, side="right"), minlength=len(edges) + 1)
    shares: Array = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    return shares
