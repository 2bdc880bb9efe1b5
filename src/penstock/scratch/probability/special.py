"""The incomplete gamma and beta functions, from which the tails of distributions follow.

Series and continued fractions as in Press et al., Numerical Recipes, sections 6.2 and 6.4; the
fractions by Lentz's method.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, inf, lgamma, log

TINY, EPS, TERMS = 1e-300, 1e-16, 10_000


def lentz(first: float, terms: Iterator[tuple[float, float]]) -> float:
    """First + a₁/(b₁ + a₂/(b₂ + …)) for terms (a, b), until it stands still."""
    f = c = first or TINY
    d = 0.0
    for _, (a, b) in zip(range(TERMS), terms, strict=False):
        d = 1 / (b + a * d or TINY)
        c = b + a / c or TINY
        f *= c * d
        if abs(c * d - 1) < EPS:
            break
    return f


def gamma_below(a: float, x: float) -> float:
    """P(a, x): the share of Γ(a) below x."""
    if x <= 0:
        return 0.0
    if x == inf:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    if x >= a + 1:
        terms = ((-n * (n - a), x + 1 + 2 * n - a) for n in range(1, TERMS))
        return 1 - front / lentz(x + 1 - a, terms)
    term = total = 1 / a
    n = a
    while term > EPS * total:
        n += 1
        term *= x / n
        total += term
    return front * total


def beta_below(a: float, b: float, x: float) -> float:
    """I(x; a, b): the share of the beta distribution below x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a

    def terms() -> Iterator[tuple[float, float]]:
        yield 1.0, 1.0
        for m in range(TERMS):
            if m:
                yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0
            yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0

    return front * lentz(0.0, terms())
