"""Learning rates by step, from 0: a schedule is a function of the number of steps made."""

from __future__ import annotations

import math
from collections.abc import Callable

from penstock.scratch.errors import SettingError

Schedule = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """`rate` at every step."""
    return lambda step: rate


def stepped(rate: float, every: int, factor: float = 0.1) -> Schedule:
    """η·factor^⌊t / every⌋, η the rate."""
    _at_least_one(every=every)
    return lambda step: rate * factor ** (step // every)


def exponential(rate: float, factor: float) -> Schedule:
    """η·factorᵗ, η the rate."""
    return lambda step: rate * factor**step


def cosine(rate: float, steps: int, floor: float = 0.0) -> Schedule:
    """Half a cosine, f + (η - f)(1 + cos(πt / steps))/2 from rate η to floor f, then f.

    Loshchilov and Hutter (2017), equation 5, without restarts.
    """
    _at_least_one(steps=steps)

    def at(step: int) -> float:
        share = min(step / steps, 1.0)
        return floor + (rate - floor) * (1 + math.cos(math.pi * share)) / 2

    return at


def warm_up(steps: int, then: Schedule) -> Schedule:
    """A straight line from then(0)/steps to then(0) in `steps` steps, then `then` from its start.

    Early gradients of a fresh net are large and of little worth (Goyal et al. 2017, section 2.2).
    """
    _at_least_one(steps=steps)
    return lambda step: then(0) * (step + 1) / steps if step < steps else then(step - steps)


def inverse_square_root(width: int, steps: int) -> Schedule:
    """width^-½ · min(t^-½, t · steps^-1½), t from 1 (Vaswani et al. 2017, equation 3)."""
    _at_least_one(width=width, steps=steps)
    return lambda step: width**-0.5 * min((step + 1) ** -0.5, (step + 1) * steps**-1.5)


def _at_least_one(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise SettingError("schedule", f"{name} from 1", value)
