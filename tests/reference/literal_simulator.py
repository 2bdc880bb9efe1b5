"""The card simulator read word for word: scalar draws, pandas loops, no thought of speed.

The yardstick of the compiled simulator, for equality (tests) and for CPU time (benchmarks).
"""

from __future__ import annotations

import datetime
import random

import numpy as np
import pandas as pd


def customers_table(count: int) -> pd.DataFrame:
    stream = np.random.RandomState(0)
    rows = []
    for customer in range(count):
        x, y = stream.uniform(0, 100), stream.uniform(0, 100)
        mean = stream.uniform(5, 100)
        rate = stream.uniform(0, 4)
        rows.append((customer, x, y, mean, mean / 2, rate))
    columns = ["customer", "x", "y", "mean_amount", "std_amount", "per_day"]
    return pd.DataFrame(rows, columns=columns)


def terminals_table(count: int) -> pd.DataFrame:
    stream = np.random.RandomState(1)
    rows = [(each, stream.uniform(0, 100), stream.uniform(0, 100)) for each in range(count)]
    return pd.DataFrame(rows, columns=["terminal", "x", "y"])


def available_terminals(x: float, y: float, places: np.ndarray, radius: float) -> list[int]:
    distance = np.sqrt(((places - np.array([x, y])) ** 2).sum(axis=1))
    return list(np.where(distance < radius)[0])


def customer_transactions(
    customer: int, mean: float, std: float, per_day: float, available: list[int], days: int
) -> pd.DataFrame:
    random.seed(customer)
    np.random.seed(customer)
    rows = []
    for day in range(days):
        for _ in range(np.random.poisson(per_day)):
            second = int(np.random.normal(43200, 20000))
            if not 0 < second < 86400:
                continue
            amount = np.random.normal(mean, std)
            if amount < 0:
                amount = np.random.uniform(0, mean * 2)
            amount = np.round(amount, 2)
            if available:
                terminal = random.choice(available)
                rows.append((day * 86400 + second, customer, terminal, amount, day))
    return pd.DataFrame(rows, columns=["seconds", "customer", "terminal", "amount", "day"])


def add_frauds(
    table: pd.DataFrame, customers: pd.DataFrame, terminals: pd.DataFrame, days: int
) -> None:
    table["label"] = 0
    table["scenario"] = 0
    table.loc[table.amount > 220, ["label", "scenario"]] = 1
    for day in range(days - 1):
        hit = terminals.terminal.sample(n=2, random_state=day)
        rows = (table.day >= day) & (table.day < day + 28) & table.terminal.isin(hit)
        table.loc[rows, "label"] = 1
        table.loc[rows, "scenario"] = 2
    for day in range(days - 1):
        hit = customers.customer.sample(n=3, random_state=day)
        rows = (table.day >= day) & (table.day < day + 14) & table.customer.isin(hit)
        indices = list(table.index[rows])
        random.seed(day)
        drawn = random.sample(indices, k=int(len(indices) / 3))
        table.loc[drawn, "amount"] = table.loc[drawn, "amount"] * 5
        table.loc[drawn, "label"] = 1
        table.loc[drawn, "scenario"] = 3


def literal_simulate(
    customers: int,
    terminals: int,
    days: int,
    start: datetime.date = datetime.date(2018, 4, 1),
    radius: float = 5.0,
) -> pd.DataFrame:
    """The same frame as `penstock.projects.fraud.simulator.simulate`, a hundred times slower."""
    people, shops = customers_table(customers), terminals_table(terminals)
    places = shops[["x", "y"]].to_numpy(dtype=float)
    parts = []
    for customer, x, y, mean, std, per_day in people.itertuples(index=False):
        available = available_terminals(x, y, places, radius)
        parts.append(customer_transactions(customer, mean, std, per_day, available, days))
    table = pd.concat(parts, ignore_index=True).sort_values("seconds", kind="stable")
    table = table.reset_index(drop=True)
    add_frauds(table, people, shops, days)
    # The specification leaves tied rows to the sort; all columns together leave nothing open.
    table["time"] = pd.Timestamp(start) + pd.to_timedelta(table.seconds, unit="s")
    table["amount"] = table.amount.astype(float).round(2)
    table = table.sort_values(["time", "customer", "terminal", "amount"], ignore_index=True)
    table["transaction_id"] = table.index
    types = {"transaction_id": "int64", "time": "datetime64[us]", "customer": "int64"}
    types |= {"terminal": "int64", "amount": "float64", "label": "int8", "scenario": "int8"}
    return table.astype(types)[list(types)]
