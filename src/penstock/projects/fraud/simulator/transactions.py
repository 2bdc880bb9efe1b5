"""Every card's payments, a few hundred cards at a time."""

from __future__ import annotations

from collections.abc import Iterator

from penstock.projects.fraud.simulator.kernel import Ints, pay
from penstock.projects.fraud.simulator.population import Customers, Terminals

CHUNK = 250


def payments(
    customers: Customers, terminals: Terminals, days: int, radius: float
) -> Iterator[tuple[int, Ints]]:
    """Yield (cards done so far, their payments as in `pay`), a few hundred cards at a time."""
    count = len(customers.x)
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count)
        # Two payments a day is the mean over cards; 97 in 100 fall inside the day.
        capacity = (last - first) * days * 2 + 64
        yield last, pay(first, last, days, radius, customers, terminals, capacity)
