"""Two models' lists on the same resamples of users: figures, and intervals of their difference.

What kind of interval it is stands in tasks/resampling.py. Its width goes by the users whom the two
serve differently: among a thousand who are served alike, the four who are not decide.
"""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.tasks.ranking.lists import Lists
from penstock.tasks.resampling import Answer, draw, tail_of

BATCH = 20  # draws that are held in memory at once


def ask(ours: Lists, theirs: Lists | None, draws: int, seed: int) -> dict[str, Answer]:
    """Every metric that can be measured of both, on the same `draws` resamples of their users.

    Resamples in which a metric has no value do not count for it.
    """
    random = np.random.default_rng(seed)
    here, there = ours.measure(), theirs.measure() if theirs else None
    names = [
        name
        for name, value in here.items()
        if np.isfinite(value[0]) and (there is None or np.isfinite(there.get(name, [np.nan])[0]))
    ]
    resampled: dict[str, list[Array]] = {name: [] for name in names}
    for start in range(0, draws, BATCH):
        weights = draw(random, ours.units, min(BATCH, draws - start)).T
        drawn = ours.measure(weights)
        against = theirs.measure(weights) if theirs else None
        for name in names:
            resampled[name].append(drawn[name] - against[name] if against else drawn[name])
    answers = {}
    for name in names:
        challenger = float(here[name][0])
        champion = float(there[name][0]) if there else None
        tail = tail_of(max(2, _telling(ours, theirs, name)))
        difference = challenger - (champion or 0.0)
        low, high = _interval(name, difference, np.concatenate(resampled[name]), tail)
        answers[name] = Answer(challenger, champion, low, high)
    return answers


def _telling(ours: Lists, theirs: Lists | None, name: str) -> int:
    """How many users have another figure with one model than with the other, or one at all."""
    metric = name.partition("@")[0]
    if metric == "coverage":
        return ours.units
    total = ours.sums[metric]
    other = np.zeros(ours.units) if theirs is None else theirs.sums[metric]
    return int((total != other).sum())


def _interval(name: str, difference: float, drawn: Array, tail: float) -> tuple[float, float]:
    """Quantiles of the draws; of coverage the figure and its spread to either side.

    A draw repeats users, so that fewer items are shown than to all of them.
    """
    if name.startswith("coverage"):
        from scipy.stats import norm

        reach = float(-norm.ppf(tail) * drawn.std())
        return difference - reach, difference + reach
    low, high = np.nanquantile(drawn, [tail, 1 - tail]).tolist()
    return low, high
