"""The compiled heart: the Mersenne Twister, the draws built on it, and every card's payments.

Bit-equal to NumPy's `RandomState` and CPython's `random`, which promise their streams for good;
called from Python, a draw costs some fifty times what it costs here. Sources: Matsumoto and
Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998, and their seeding of 2002; Marsaglia's polar
method; Knuth, TAOCP vol. 2, 3.4.1, multiplication method for Poisson.

A stream is 625 int64: 624 words of state, each below 2**32, then the position of the next one.
Signed words are safe: no product of a word and a multiplier below 2**31 reaches 2**63.

One file on purpose: numba keeps machine code by the date of the caller's file alone, so that an
edit of a function compiled into another file's kernel would go unnoticed.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from penstock.core.compiled import compiled
from penstock.projects.fraud.simulator.population import Customers, Terminals

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORDS = 624
SHIFT = 397
MASK = 0xFFFFFFFF
DAY = 86400

# Rows of the array that holds payments.
SECONDS, CUSTOMER, TERMINAL, CENTS = range(4)


@compiled
def seed_by_word(state: Ints, seed: int) -> None:
    """As `numpy.random.RandomState(seed)` for 0 <= seed < 2**32."""
    word = seed
    for i in range(WORDS):
        state[i] = word
        word = (1812433253 * (word ^ (word >> 30)) + i + 1) & MASK
    state[WORDS] = WORDS


@compiled
def seed_by_key(state: Ints, seed: int) -> None:
    """As `random.seed(seed)` for 0 <= seed < 2**32: a key of one word stirred in twice."""
    seed_by_word(state, 19650218)
    i = 1
    for step in range(2 * WORDS - 1):
        last = state[i - 1] ^ (state[i - 1] >> 30)
        if step < WORDS:
            state[i] = ((state[i] ^ ((last * 1664525) & MASK)) + seed) & MASK
        else:
            state[i] = ((state[i] ^ ((last * 1566083941) & MASK)) - i) & MASK
        i += 1
        if i == WORDS:
            state[0] = state[WORDS - 1]
            i = 1
    state[0] = 0x80000000


@compiled
def renew(state: Ints) -> None:
    """Turn all 624 words into the next 624."""
    for i in range(WORDS):
        word = (state[i] & 0x80000000) | (state[(i + 1) % WORDS] & 0x7FFFFFFF)
        state[i] = state[(i + SHIFT) % WORDS] ^ (word >> 1) ^ ((word & 1) * 0x9908B0DF)
    state[WORDS] = 0


@compiled
def word32(state: Ints) -> int:
    """32 random bits."""
    if state[WORDS] == WORDS:
        renew(state)
    word: int = state[state[WORDS]]
    state[WORDS] += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C5680
    word ^= (word << 15) & 0xEFC60000
    return word ^ (word >> 18)


@compiled
def uniform(state: Ints) -> float:
    """Uniform on [0, 1) with 53 random bits."""
    high = word32(state) >> 5
    low = word32(state) >> 6
    return (high * 67108864.0 + low) / 9007199254740992.0


@compiled
def normal(state: Ints, spare: Floats) -> float:
    """Standard normal. They come in pairs: `spare` is (1 if one is waiting else 0, that one)."""
    if spare[0] == 1.0:
        spare[0] = 0.0
        waiting: float = spare[1]
        return waiting
    while True:
        x = 2.0 * uniform(state) - 1.0
        y = 2.0 * uniform(state) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            break
    factor = math.sqrt(-2.0 * math.log(square) / square)
    spare[0] = 1.0
    spare[1] = factor * x
    return factor * y


@compiled
def poisson(state: Ints, mean: float) -> int:
    """Poisson by multiplying uniforms, as NumPy does for 0 < mean < 10."""
    limit = math.exp(-mean)
    count = 0
    product = uniform(state)
    while product > limit:
        count += 1
        product *= uniform(state)
    return count


@compiled
def below(state: Ints, size: int) -> int:
    """An integer in [0, size), 0 < size < 2**32, as `random.choice` picks its index."""
    bits = 0
    while size >> bits:
        bits += 1
    while True:
        drawn = word32(state) >> (32 - bits)
        if drawn < size:
            return drawn


@compiled
def near(x: float, y: float, shop_x: Floats, shop_y: Floats, radius: float, found: Ints) -> int:
    """Write the ascending indices of the terminals nearer than `radius`; return their number."""
    count = 0
    for terminal in range(len(shop_x)):
        dx = shop_x[terminal] - x
        # Cheap and exact: correctly rounded, sqrt(dx * dx) is |dx| and the sum only adds to it.
        if abs(dx) < radius:
            dy = shop_y[terminal] - y
            if math.sqrt(dx * dx + dy * dy) < radius:
                found[count] = terminal
                count += 1
    return count


@compiled
def pay(
    first: int,
    last: int,
    days: int,
    radius: float,
    customers: Customers,
    terminals: Terminals,
    capacity: int,
) -> Ints:
    """Payments of the cards first <= c < last: int64 array of (4, n), in order of c, then day.

    Two streams per card, both seeded with its number: one gives number, time and amount, the
    other the terminal. A card with no terminal near makes no payment.
    """
    rows = np.empty((4, capacity), np.int64)
    used = 0
    found = np.empty(len(terminals.x), np.int64)
    main = np.empty(WORDS + 1, np.int64)
    side = np.empty(WORDS + 1, np.int64)
    spare = np.zeros(2)
    for customer in range(first, last):
        choices = near(
            customers.x[customer], customers.y[customer], terminals.x, terminals.y, radius, found
        )
        if choices == 0:
            continue
        mean = customers.mean_amount[customer]
        seed_by_word(main, customer)
        seed_by_key(side, customer)
        spare[0] = 0.0
        for day in range(days):
            for _ in range(poisson(main, customers.per_day[customer])):
                second = int(43200.0 + 20000.0 * normal(main, spare))
                if not 0 < second < DAY:
                    continue
                amount = mean + mean / 2 * normal(main, spare)
                if amount < 0:
                    amount = mean * 2 * uniform(main)
                if used == capacity:
                    capacity *= 2
                    larger = np.empty((4, capacity), np.int64)
                    larger[:, :used] = rows
                    rows = larger
                rows[SECONDS, used] = day * DAY + second
                rows[CUSTOMER, used] = customer
                rows[TERMINAL, used] = found[below(side, choices)]
                rows[CENTS, used] = int(np.rint(amount * 100.0))
                used += 1
    return rows[:, :used].copy()
