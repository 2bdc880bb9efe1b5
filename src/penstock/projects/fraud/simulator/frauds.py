"""Three ways to steal, laid over the payments: the later one wins the scenario label.

1. An amount above 220 is a fraud.
2. Two terminals a day are compromised: all their payments in the next 28 days are frauds.
3. Three cards a day are compromised: a third of their payments in the next 14 days are frauds and
   cost five times as much (more where two such spells overlap).
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

LARGE_CENTS = 220_00
TERMINALS_A_DAY, TERMINAL_SPELL = 2, 28
CARDS_A_DAY, CARD_SPELL = 3, 14
FACTOR = 5


def commit_frauds(
    day: Ints,
    customer: Ints,
    terminal: Ints,
    cents: Ints,
    *,
    customers: int,
    terminals: int,
    days: int,
    tick: Callable[[int], None],
) -> NDArray[np.int8]:
    """The scenario of each payment (0 for a genuine one); multiplies `cents` in place.

    All arrays have one entry per payment, in order of time: scenario 3 draws row numbers.
    `tick` is told the day reached.
    """
    scenario = (cents > LARGE_CENTS).astype(np.int8)
    scenario[_at_compromised_terminals(day, terminal, terminals, days)] = 2
    hit = _drawn(customers, CARDS_A_DAY, days)
    spells = _Spells(hit, day, customer, customers)
    for start in range(days - 1):
        rows = spells.rows(start).tolist()
        stolen = random.Random(start).sample(rows, k=len(rows) // 3)
        cents[stolen] *= FACTOR
        scenario[stolen] = 3
        tick(start + 1)
    return scenario


def _drawn(population: int, number: int, days: int) -> Ints:
    """Who is compromised on each day but the last, (days - 1, number): `DataFrame.sample`."""
    drawn = [
        np.random.RandomState(day).choice(population, size=number, replace=False)
        for day in range(days - 1)
    ]
    return np.array(drawn, dtype=np.int64).reshape(-1, number)


def _at_compromised_terminals(
    day: Ints, terminal: Ints, terminals: int, days: int
) -> NDArray[np.bool_]:
    hit, place = np.unique(_drawn(terminals, TERMINALS_A_DAY, days), return_inverse=True)
    place = place.reshape(-1, TERMINALS_A_DAY)
    # One line per terminal ever compromised, the last one for all others.
    compromised = np.zeros((len(hit) + 1, days), dtype=np.bool_)
    for start, lines in enumerate(place):
        compromised[lines, start : start + TERMINAL_SPELL] = True
    line = np.full(terminals, len(hit))
    line[hit] = np.arange(len(hit))
    mask: NDArray[np.bool_] = compromised[line[terminal], day]
    return mask


class _Spells:
    """Finds the payments of the cards compromised on a day, without a pass over all rows."""

    def __init__(self, hit: Ints, day: Ints, customer: Ints, customers: int) -> None:
        """`hit` is (days - 1, cards a day)."""
        self._hit = hit
        ever = np.zeros(customers, dtype=np.bool_)
        ever[hit.ravel()] = True
        rows = np.flatnonzero(ever[customer])
        self._rows = rows[np.argsort(customer[rows], kind="stable")]
        self._day = day[self._rows]
        self._first = np.searchsorted(customer[self._rows], np.arange(customers + 1))

    def rows(self, start: int) -> Ints:
        """Ascending row numbers of the payments from `start` on, as long as the spell lasts."""
        parts = []
        for card in self._hit[start]:
            first, last = self._first[card], self._first[card + 1]
            inside = np.searchsorted(self._day[first:last], [start, start + CARD_SPELL])
            parts.append(self._rows[first + inside[0] : first + inside[1]])
        return np.sort(np.concatenate(parts))
