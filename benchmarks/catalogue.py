"""A large catalogue in bounded memory: iALS is fitted, and all users get their ten best items.

python benchmarks/catalogue.py          20,000 users x 10,000 items: half a minute
python benchmarks/catalogue.py --full   1,000,000 users x 100,000 items: a quarter of an hour

The log is drawn block by block of users and kept as 4 bytes an interaction. One item of each user
is held back, to see that what was learnt is worth something.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from penstock.core.contracts import Array, FitContext, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.models.ranking.ials import IALS, IALSSettings
from penstock.models.ranking.parts.histories import Histories
from penstock.retrieval.exact import Exact

BLOCK = 5000  # users drawn, and ranked for, together
EACH = 20  # interactions of a user, on the mean
GROUPS = 40  # tastes
K = 10
CLAIM = 8.0  # GiB at most
THREADS = os.cpu_count() or 1
SIZE, ROUNDS = 32, 4
UNOBSERVED = 1000  # weight of all items that a user did not have


def blocks(users: int, items: int, seed: int = 0) -> Iterator[tuple[Array, Array, Array]]:
    """How many items each of some users had, which, in order of user and item; and one held back.

    Seven in ten are of the user's taste; within a taste and over all, few items take most.
    """
    group = items // GROUPS
    within, over = (np.cumsum(1 / (3 + np.arange(count))) for count in (group, items))
    for first in range(0, users, BLOCK):
        random = np.random.default_rng([seed, first])
        count = min(BLOCK, users - first)
        user = np.repeat(np.arange(count), 5 + random.poisson(EACH - 4, count))
        taste = random.integers(0, GROUPS, count)[user]
        own = np.searchsorted(within, random.random(len(user)) * within[-1]) * GROUPS + taste
        any_one = np.searchsorted(over, random.random(len(user)) * over[-1])
        item = np.where(random.random(len(user)) < 0.7, own, any_one)
        pairs = np.unique(user * items + item)
        lengths = np.bincount(pairs // items, minlength=count)
        held = (np.cumsum(lengths) - 1 - np.floor(random.random(count) * lengths)).astype(int)
        item = (pairs % items).astype(np.int32)
        yield lengths - 1, np.delete(item, held), item[held]


def draw(users: int, items: int) -> tuple[Histories, Array]:
    """The log as histories without times, and the item held back of each user."""
    lengths, had, held = [], [], []
    for length, item, kept in blocks(users, items):
        lengths.append(length)
        had.append(item)
        held.append(kept)
    start = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    item = np.concatenate(had)
    nothing = np.broadcast_to(np.int64(0), len(item))
    unknown = np.broadcast_to(np.nan, len(item))
    return Histories(items, start, item, nothing, unknown), np.concatenate(held)


def fit(histories: Histories) -> IALS:
    asked = {"size": SIZE, "rounds": ROUNDS, "unobserved": UNOBSERVED / histories.items}
    model = IALS(parse(IALSSettings, asked, "ials"))
    view = View(Dataset({"items": pd.DataFrame()}), Signature(()))
    context = FitContext(0, THREADS, "cpu", Path())
    model.taken = np.bincount(histories.item, minlength=histories.items)
    model.kept = model.learn(histories, view, context)
    return model


def rank(model: IALS, histories: Histories) -> Array:
    """Places of the ten best items of every user that they haven't had, int32 [users, 10]."""
    index = Exact(model.kept["vectors"])
    found = np.empty((len(histories), K), dtype=np.int32)

    def block(first: int) -> None:
        part = histories.part(first, min(first + BLOCK, len(histories)))
        places, _ = index.search(model.represent(part), K, hidden=part.matrix())
        found[first : first + len(part)] = places

    with threadpool_limits(1), ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(block, range(0, len(histories), BLOCK)))
    return found


def check(model: IALS, histories: Histories, found: Array, users: int = 20) -> None:
    """Raise AssertionError unless the lists of some users are those of a plain sort."""
    some = histories.part(0, users)
    scores = model.represent(some) @ model.kept["vectors"].T
    scores[some.user, some.item] = -np.inf
    assert np.array_equal(np.argsort(-scores, axis=1, kind="stable")[:, :K], found[:users])


class Clock:
    """Seconds by the clock and of CPU since the last look, told with the peak of memory."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def tell(self, what: str, users: int) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        each = 1e3 * (cpu - self.cpu) / users
        seconds = f"{wall - self.wall:>9.1f}{cpu - self.cpu:>9.1f}{each:>14.3f}"
        print(f"{what:<36}{seconds}{peak():>11.2f}", flush=True)
        self.start()


def peak() -> float:
    """GiB that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> int:
    """Print what was measured; the exit status is 0 where the claim holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="a million users")
    users, items = (1_000_000, 100_000) if parser.parse_args().full else (20_000, 10_000)
    print(f"{platform.machine()}, {THREADS} threads, Python {platform.python_version()}")
    print(f"{f'{users:,} users, {items:,} items':<36}{'s':>9}{'CPU s':>9}", end="")
    print(f"{'CPU ms a user':>14}{'peak GiB':>11}")
    clock = Clock()
    histories, held = draw(users, items)
    clock.tell(f"drawn: {len(histories.item):,} interactions", users)
    model = fit(histories)
    clock.tell(f"iALS, {SIZE} numbers, {ROUNDS} rounds", users)
    found = rank(model, histories)
    clock.tell(f"the {K} best for every user", users)
    check(model, histories, found)
    famous = np.argsort(-model.taken, kind="stable")[:K]
    hits = [float(np.mean((lists == held[:, None]).any(axis=1))) for lists in (found, famous)]
    print(f"held back and found: {hits[0]:.3f}; by the {K} most taken: {hits[1]:.3f}")
    holds = peak() <= CLAIM and hits[0] > hits[1]
    print(f"at most {CLAIM:g} GiB: {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
