"""Bayesian networks: a joint chance as a product of small tables.

A question is answered by variable elimination: tables that speak of a variable are multiplied, and
the variable is summed out (Koller and Friedman 2009, chapters 3 and 9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from penstock.scratch.arrays import Array
from penstock.scratch.errors import SettingError


@dataclass(frozen=True)
class Factor:
    """A table over some variables, an axis each."""

    variables: tuple[str, ...]
    table: Array

    def times(self, other: Factor) -> Factor:
        """The product, over the variables of both."""
        every = tuple(dict.fromkeys((*self.variables, *other.variables)))
        axes = {name: place for place, name in enumerate(every)}
        left, right = ([axes[name] for name in one.variables] for one in (self, other))
        return Factor(every, np.einsum(self.table, left, other.table, right, range(len(every))))

    def without(self, name: str) -> Factor:
        """The variable summed out."""
        axis = self.variables.index(name)
        return Factor(self.variables[:axis] + self.variables[axis + 1 :], self.table.sum(axis=axis))

    def given(self, evidence: Mapping[str, int]) -> Factor:
        """What is left where some variables have known values."""
        index = tuple(evidence.get(name, slice(None)) for name in self.variables)
        kept = tuple(name for name in self.variables if name not in evidence)
        return Factor(kept, self.table[index])


class BayesianNetwork:
    """Variables, what each depends on, and how.

    Args:
        tables: variable → (its parents, chances of shape (parents' values …, its values)).

    Raises:
        SettingError: a parent that is no variable, a circle, or rows that are no chances.
    """

    def __init__(self, tables: Mapping[str, tuple[Sequence[str], Array]]) -> None:
        self.parents = {name: tuple(parents) for name, (parents, _) in tables.items()}
        self.order = _ordered(self.parents)
        self.factors = {}
        values = {name: np.shape(table)[-1] for name, (_, table) in tables.items()}
        for name, (parents, table) in tables.items():
            chances = np.asarray(table, np.float64)
            shape = (*(values[parent] for parent in parents), values[name])
            if chances.shape != shape or not np.allclose(chances.sum(axis=-1), 1):
                raise SettingError(f"BayesianNetwork, {name}", f"chances {shape}", chances.shape)
            self.factors[name] = Factor((*parents, name), chances)

    def query(self, wanted: str, evidence: Mapping[str, int] | None = None) -> Array:
        """P(wanted | evidence).

        Raises:
            SettingError: an unknown variable, or evidence that cannot be.
        """
        known = dict(evidence or {})
        for name in (wanted, *known):
            if name not in self.parents:
                raise SettingError("query", f"one of {', '.join(self.parents)}", repr(name))
        factors = [one.given(known) for one in self.factors.values()]
        for name in self._cheapest_first(factors, {wanted, *known}):
            speaks = [one for one in factors if name in one.variables]
            factors = [one for one in factors if name not in one.variables]
            factors.append(reduce(Factor.times, speaks).without(name))
        joint = reduce(Factor.times, factors).table
        if wanted in known:
            joint = np.eye(self.factors[wanted].table.shape[-1])[known[wanted]] * joint
        if joint.sum() == 0:
            raise SettingError("query", "evidence that can be", known)
        return np.asarray(joint / joint.sum())

    def sample(self, rows: int, seed: int) -> dict[str, Array]:
        """Variable → (rows,) draws, parents first."""
        random = np.random.default_rng(seed)
        drawn: dict[str, Array] = {}
        for name in self.order:
            chances = self.factors[name].table[
                tuple(drawn[parent] for parent in self.parents[name])
            ]
            edges = np.cumsum(np.broadcast_to(chances, (rows, chances.shape[-1])), axis=1)
            drawn[name] = (random.random((rows, 1)) > edges[:, :-1]).sum(axis=1)
        return drawn

    def _cheapest_first(self, factors: Sequence[Factor], keep: set[str]) -> list[str]:
        """What is to be summed out, each time the one whose product would be smallest."""
        scopes = [set(one.variables) for one in factors]
        values = {name: self.factors[name].table.shape[-1] for name in self.parents}
        order, left = [], [name for name in self.parents if name not in keep]
        while left:
            cost = {}
            for name in left:
                met = set().union(*(scope for scope in scopes if name in scope))
                cost[name] = int(np.prod([values[one] for one in met]))
            name = min(left, key=lambda one: cost[one])
            met = set().union(*(scope for scope in scopes if name in scope)) - {name}
            scopes = [scope for scope in scopes if name not in scope] + [met]
            left.remove(name)
            order.append(name)
        return order


def learn(
    parents: Mapping[str, Sequence[str]],
    rows: Mapping[str, Array],
    values: Mapping[str, int],
    prior: float = 1.0,
) -> BayesianNetwork:
    """The network of a known structure, its chances counted in rows with `prior` added to each."""
    tables = {}
    for name, above in parents.items():
        every = (*above, name)
        counts = np.full([values[one] for one in every], prior)
        np.add.at(counts, tuple(rows[one] for one in every), 1)
        tables[name] = (above, counts / counts.sum(axis=-1, keepdims=True))
    return BayesianNetwork(tables)


def _ordered(parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Every variable after its parents."""
    order: list[str] = []
    while len(order) < len(parents):
        ready = [n for n, above in parents.items() if n not in order and set(above) <= set(order)]
        if not ready:
            stuck = [name for name in parents if name not in order]
            raise SettingError(
                "BayesianNetwork", "parents that are variables, and no circle", stuck
            )
        order += ready
    return order
