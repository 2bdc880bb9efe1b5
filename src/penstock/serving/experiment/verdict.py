"""From an estimate to a verdict, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Literal

from penstock.serving.experiment.estimate import Estimate
from penstock.serving.experiment.guards import Guard
from penstock.serving.experiment.sequential import half_width, p_value, power, variance_for
from penstock.serving.experiment.settings import ExperimentSettings

Verdict = Literal["better", "worse", "equal", "undecided", "too_few", "stopped"]


def judge(
    estimate: Estimate, guards: Sequence[Guard], settings: ExperimentSettings, days: float
) -> dict[str, Any]:
    """What is to be said of a difference.

    Args:
        days: for which both have answered.

    Returns:
        `difference` (challenger − champion), `interval` that holds at every look, `one_look` (what
        it would be had nobody looked before), `p_value`, `power` for `effect` as it is now,
        `needed` {entities, days} for the power that was asked for, None where nothing can be
        said, `verdict`, and `says`.
    """
    variance, alpha, effect = estimate.variance, settings.alpha, settings.effect
    enough = min(estimate.entities) >= settings.min_entities and math.isfinite(variance)
    half = half_width(variance, effect, alpha)
    one = NormalDist().inv_cdf(1 - alpha / 2) * math.sqrt(variance) if enough else math.inf
    verdict = _verdict(estimate, half, guards, settings, enough)
    difference = estimate.difference
    told = {
        "difference": difference,
        "interval": [difference - half, difference + half] if enough else None,
        "one_look": [difference - one, difference + one] if enough else None,
        "p_value": p_value(difference, variance, effect) if enough else None,
        "power": power(variance, effect, alpha) if enough else None,
        "needed": _needed(estimate, settings, days) if enough else None,
        "verdict": verdict,
    }
    return {**told, "says": _say(told, estimate, guards, settings)}


def _verdict(
    estimate: Estimate,
    half: float,
    guards: Sequence[Guard],
    settings: ExperimentSettings,
    enough: bool,
) -> Verdict:
    if not all(guard.holds for guard in guards):
        return "stopped"
    if not enough:
        return "too_few"
    low, high = estimate.difference - half, estimate.difference + half
    if low > 0 or high < 0:
        return "better" if (high < 0) == (settings.better == "less") else "worse"
    return "equal" if max(-low, high) < settings.effect else "undecided"


def _needed(estimate: Estimate, settings: ExperimentSettings, days: float) -> dict[str, float]:
    """Entities and days, from the start, until `effect` would be seen with the power asked for.

    As if information went on coming as fast as so far.
    """
    target = variance_for(settings.effect, settings.alpha, settings.power)
    times = estimate.variance / target
    return {"entities": math.ceil(estimate.units * times), "days": round(days * times, 1)}


def _say(
    told: dict[str, Any], estimate: Estimate, guards: Sequence[Guard], settings: ExperimentSettings
) -> str:
    metric = {"brier": "Brier score", "log_loss": "log loss", "label": "share of label 1"}
    figures = (
        f"{metric[settings.metric]} {estimate.champion:.5g} for the champion, "
        f"{estimate.challenger:.5g} for the challenger"
    )
    counts = "{:,} and {:,} entities".format(*estimate.entities)
    if told["verdict"] == "stopped":
        failed = "; ".join(guard.says for guard in guards if not guard.holds)
        return f"stop: {failed}. What the metric says ({figures}) can't be trusted"
    if told["verdict"] == "too_few":
        least = f"{settings.min_entities:,} in each arm"
        return f"too few yet: {counts}, expected {least}; so far {figures}"
    low, high = told["interval"]
    seen = (
        f"{figures}: difference {told['difference']:+.3g}, and between {low:+.3g} and {high:+.3g} "
        f"with {1 - settings.alpha:.0%} confidence however often one looks ({counts})"
    )
    if told["verdict"] in ("better", "worse"):
        return f"the challenger is {told['verdict']}: {seen}"
    if told["verdict"] == "equal":
        return f"no difference as large as {settings.effect:g}: {seen}"
    needed = told["needed"]
    return (
        f"undecided: {seen}. A difference of {settings.effect:g} would be seen now with a chance "
        f"of {told['power']:.0%}; {settings.power:.0%} takes about {needed['entities']:,} "
        f"entities, {needed['days']:g} days in all at the pace so far"
    )
