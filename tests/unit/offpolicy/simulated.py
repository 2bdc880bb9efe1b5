"""A world with three contexts and five actions whose every value is known."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Array
from penstock.offpolicy.log import Log

CONTEXTS = np.array([0.5, 0.3, 0.2])
CHANCE = np.array(
    [[0.1, 0.3, 0.5, 0.2, 0.05], [0.6, 0.2, 0.1, 0.3, 0.4], [0.2, 0.2, 0.7, 0.1, 0.9]]
)
LOGGING = np.array(
    [[0.4, 0.3, 0.1, 0.1, 0.1], [0.1, 0.4, 0.2, 0.2, 0.1], [0.2, 0.2, 0.2, 0.2, 0.2]]
)
NEW = np.array([[0.1, 0.2, 0.5, 0.1, 0.1], [0.5, 0.1, 0.1, 0.1, 0.2], [0.1, 0.1, 0.3, 0.1, 0.4]])
TRUTH = float((CONTEXTS[:, None] * NEW * CHANCE).sum())


def simulate(rounds: int, seed: int, sessions: int | None = None) -> tuple[Log, Array, Array]:
    """A log, the chances of the new policy, and each round's context as flags.

    With `sessions`, all rounds of a session have one context and one action, and so depend.
    """
    random = np.random.default_rng(seed)
    drawn = rounds if sessions is None else sessions
    context = random.choice(len(CONTEXTS), drawn, p=CONTEXTS)
    action = (random.random(drawn)[:, None] > LOGGING[context].cumsum(axis=1)).sum(axis=1)
    reward = (random.random(drawn) < CHANCE[context, action]).astype(float)
    unit = None
    if sessions is not None:
        unit = np.repeat(np.arange(sessions), rounds // sessions)
        context, action, reward = context[unit], action[unit], reward[unit]
    propensity = LOGGING[context, action]
    log = Log(action, reward, propensity, unit, LOGGING[context])
    return log, NEW[context], np.eye(len(CONTEXTS))[context]
