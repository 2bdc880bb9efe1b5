"""What was measured on the same resamples, as a judgement tells it: for all tasks alike."""

from __future__ import annotations

from penstock.core.promotion import GuardResult, Paired
from penstock.tasks.resampling import Answer


def paired(metric: str, label: str, answer: Answer) -> Paired:
    """A metric of both models."""
    return Paired(metric, label, answer.challenger, answer.champion, answer.low, answer.high)


def interval_guard(
    name: str, answer: Answer | None, tolerance: float, *, more_is_better: bool, untold: str = ""
) -> GuardResult:
    """A guard that fails when the whole interval of the difference is worse than `tolerance`.

    Args:
        answer: None where the units tell nothing of it.
        untold: why, in that case.
    """
    side, limit = ("below", -tolerance + 0.0) if more_is_better else ("above", tolerance)
    if answer is None:
        return GuardResult(name, untold, "not judged", limit)
    worse = answer.high < limit if more_is_better else answer.low > limit
    bound = f"{limit:g}".replace("-", "−")
    return GuardResult(
        name=name,
        terms=f"fails when the interval of the difference lies wholly {side} {bound}",
        verdict="failed" if worse else "held",
        limit=limit,
        challenger=answer.challenger,
        champion=answer.champion,
        low=answer.low,
        high=answer.high,
    )
