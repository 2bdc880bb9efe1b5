"""What was done, with what chance, and what it earned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from penstock.core.contracts import Array
from penstock.offpolicy.errors import UnfitLog


@dataclass(frozen=True)
class Log:
    """Rounds of a logging policy; checked when it is made. Lists and Series become arrays.

    Attributes:
        action: what was done, numbered from 0, int [rounds].
        reward: what it earned, finite, [rounds].
        propensity: the chance that the logging policy gave to it then, within (0, 1], [rounds].
        unit: whose round it was (user, session); rounds of one unit depend on each other. None:
            each round stands by itself.
        choices: chances of all actions under the logging policy, [rounds, actions], where they
            were logged; they tell exactly what it would never do.

    Raises:
        UnfitLog: nothing in it, other shapes, or values that can't be.
    """

    action: Array
    reward: Array
    propensity: Array
    unit: Array | None = None
    choices: Array | None = None

    def __post_init__(self) -> None:
        for name in ("action", "reward", "propensity", "unit", "choices"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, np.asarray(given))
        rounds = len(self.action)
        if not rounds:
            raise UnfitLog("log", "one round or more", "none", "log what the policy does")
        fix = "give all columns of the same rounds"
        for name in ("reward", "propensity", "unit", "choices"):
            column = getattr(self, name)
            if column is not None and len(column) != rounds:
                raise UnfitLog(f"log, {name}", f"{rounds} rounds", str(len(column)), fix)
        whole = np.issubdtype(self.action.dtype, np.integer) and self.action.min() >= 0
        if not whole:
            wrong = f"{self.action.dtype}, {self.action.min()} at least"
            raise UnfitLog("log, action", "whole numbers from 0", wrong, "number the actions")
        self._each("reward", np.isfinite(self.reward), "finite numbers", "leave such rounds out")
        chance = (self.propensity > 0) & (self.propensity <= 1)
        fix = "log the chance with which the action was drawn; 1 where there was no choice"
        self._each("propensity", chance, "chances in (0, 1]", fix)
        if self.choices is not None:
            check_chances("log, choices", self.choices, rounds, int(self.action.max()))
            mine = self.choices[np.arange(rounds), self.action]
            agrees = np.isclose(mine, self.propensity, rtol=1e-6, atol=0)
            self._each("propensity", agrees, "that of `choices`", "log both at the same moment")

    def __len__(self) -> int:
        return len(self.action)

    def _each(self, name: str, fits: Array, expected: str, fix: str) -> None:
        if not fits.all():
            row = int(np.flatnonzero(~fits)[0])
            found = f"{getattr(self, name)[row]} in round {row}"
            raise UnfitLog(f"log, {name}", expected, found, fix)


def check_chances(what: str, chances: Array, rounds: int, highest: int) -> None:
    """Raise UnfitLog where `chances` aren't those of all actions, for so many rounds."""
    wanted = f"[{rounds} rounds, {highest + 1} actions or more]"
    if chances.ndim != 2 or len(chances) != rounds or chances.shape[1] <= highest:
        fix = "give a chance to each action, in each round of the log"
        raise UnfitLog(what, wanted, str(list(chances.shape)), fix)
    fits = (chances >= 0).all(axis=1) & np.isclose(chances.sum(axis=1), 1, rtol=0, atol=1e-6)
    if not fits.all():
        row = int(np.flatnonzero(~fits)[0])
        found = f"a sum of {chances[row].sum():g} in round {row}, {chances[row].min():g} at least"
        raise UnfitLog(what, "chances that sum to 1", found, "divide each row by its sum")
