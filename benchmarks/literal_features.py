"""The 12 window features read literally: each entity's frame, rolled over time by pandas.

The yardstick of the compiled kernels, for equality (tests) and for CPU time (benchmarks). The
published code walks the same way: every entity's rows as a frame, sorted, indexed by time, a
rolling window for each sum and each count, a column for each feature, all pasted together.
"""

from __future__ import annotations

import pandas as pd


def customer_features(table: pd.DataFrame, windows_days: tuple[int, ...]) -> pd.DataFrame:
    """Count and mean amount of each customer's rows in (t - days, t], one's own included.

    Args:
        table: columns transaction_id, time, customer, amount.
        windows_days: lengths of the windows.

    Returns:
        float64 columns by transaction_id, ascending.
    """
    names = []
    for days in windows_days:
        names += [f"customer_count_{days}d", f"customer_mean_amount_{days}d"]

    def of_one(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.sort_values("time", kind="stable").set_index("time")
        for days in windows_days:
            window = rows["amount"].rolling(f"{days}D")
            count, total = window.count(), window.sum()
            rows[f"customer_count_{days}d"] = count
            rows[f"customer_mean_amount_{days}d"] = total / count
        return rows.set_index("transaction_id")

    return table.groupby("customer", group_keys=False).apply(of_one).sort_index()[names]


def terminal_features(
    table: pd.DataFrame, windows_days: tuple[int, ...], delay_days: int
) -> pd.DataFrame:
    """Count and share of frauds of each terminal's rows in (t - delay - days, t - delay].

    Each as the difference of two windows that end at t: the longer one less the delay.

    Args:
        table: columns transaction_id, time, terminal, label (1 fraud, 0 genuine).
        windows_days: lengths of the windows.
        delay_days: how far back they end.

    Returns:
        float64 columns by transaction_id, ascending.
    """
    names = []
    for days in windows_days:
        names += [f"terminal_count_{days}d", f"terminal_risk_{days}d"]

    def of_one(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.sort_values("time", kind="stable").set_index("time")
        delay = rows["label"].rolling(f"{delay_days}D")
        delay_count, delay_frauds = delay.count(), delay.sum()
        for days in windows_days:
            longer = rows["label"].rolling(f"{delay_days + days}D")
            count = longer.count() - delay_count
            frauds = longer.sum() - delay_frauds
            rows[f"terminal_count_{days}d"] = count
            rows[f"terminal_risk_{days}d"] = (frauds / count).fillna(0.0)
        return rows.set_index("transaction_id")

    return table.groupby("terminal", group_keys=False).apply(of_one).sort_index()[names]
