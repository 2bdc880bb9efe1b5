"""From settings to the finished table of transactions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from penstock.projects.fraud.simulator.settings import SimulatorSettings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], None]

EPOCH = datetime.date(1970, 1, 1)


def simulate(settings: SimulatorSettings, *, progress: Progress | None = None) -> pd.DataFrame:
    """All transactions of the world that `settings` describes; a pure function of them.

    Source: Le Borgne et al., "Reproducible Machine Learning for Credit Card Fraud Detection",
    chapter 3; the defaults give the data set published with it.

    Args:
        settings: size of the world.
        progress: told what is being made, how much is done, how much there is.

    Returns:
        Columns transaction_id int64 (the row's number), time datetime64[us] (UTC), customer and
        terminal int64, amount float64 (the nearest to its two decimals), label int8 (1 = fraud),
        scenario int8 (0 = genuine), ordered by time, customer, terminal, amount.
    """
    # Numba and pandas cost a second to import, which reading the settings should not.
    import numpy as np
    import pandas as pd

    from penstock.projects.fraud.simulator import frauds, kernel, population, transactions

    tell = progress or (lambda what, done, total: None)
    customers = population.draw_customers(settings.customers)
    terminals = population.draw_terminals(settings.terminals)
    parts = []
    for done, part in transactions.payments(customers, terminals, settings.days, settings.radius):
        parts.append(part)
        tell("customers", done, settings.customers)
    rows = np.concatenate(parts, axis=1)
    # Stable: payments of one second stay in order of card, then of being drawn.
    rows = rows[:, np.argsort(rows[kernel.SECONDS], kind="stable")]
    seconds, customer, terminal, cents = rows
    scenario = frauds.commit_frauds(
        seconds // kernel.DAY,
        customer,
        terminal,
        cents,
        customers=settings.customers,
        terminals=settings.terminals,
        days=settings.days,
        tick=lambda day: tell("frauds", day, settings.days - 1),
    )
    _settle_ties(rows, scenario)
    start = (settings.start - EPOCH).days * kernel.DAY
    columns = {
        "transaction_id": np.arange(len(seconds)),
        "time": (seconds + start).astype("datetime64[s]").astype("datetime64[us]"),
        "customer": customer,
        "terminal": terminal,
        "amount": cents / 100.0,
        "label": (scenario > 0).astype(np.int8),
        "scenario": scenario,
    }
    return pd.DataFrame(columns, copy=False)


def _settle_ties(rows: NDArray[np.int64], scenario: NDArray[np.int8]) -> None:
    """Order payments of one card in one second by terminal and amount, in place.

    Args:
        rows: (4, n): seconds, customer, terminal, cents, ordered by the first two.
        scenario: (n,), moved along.
    """
    import numpy as np

    same = (np.diff(rows[0]) == 0) & (np.diff(rows[1]) == 0)
    tied = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
    order = tied[np.lexsort(rows[::-1, tied])]
    rows[:, tied] = rows[:, order]
    scenario[tied] = scenario[order]
