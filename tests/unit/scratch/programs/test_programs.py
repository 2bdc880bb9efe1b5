"""Linear programmes against HiGHS, quadratic ones against scikit-learn's SVC and scipy."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.programs.linear import (
    Infeasible,
    LinearProgram,
    Unbounded,
    corners,
    dual_value,
    dual_violation,
)
from penstock.scratch.programs.quadratic import quadratic_program, svm_dual
from penstock.scratch.programs.simplex import simplex
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds


def theirs(program: LinearProgram) -> object:
    equal = program.equal if len(program.right) else None
    right = program.right if len(program.right) else None
    return linprog(program.cost, program.upper, program.limit, equal, right, method="highs")


def any_program(seed: int, n: int, m: int, p: int, whole: bool) -> LinearProgram:
    """With whole numbers many corners are degenerate."""
    random = np.random.default_rng(seed)
    draw = (lambda *s: random.integers(-2, 3, s).astype(float)) if whole else (
        lambda *s: random.normal(size=s)
    )  # fmt: skip
    return LinearProgram(draw(n), draw(m, n), draw(m), draw(p, n), draw(p))


@pytest.mark.curriculum("F38")
@settings(drawn, max_examples=150)
@given(
    seed=seeds, n=st.integers(1, 6), m=st.integers(1, 6), p=st.integers(0, 2), whole=st.booleans()
)
def test_the_optimum_or_its_absence_is_that_of_highs(
    seed: int, n: int, m: int, p: int, whole: bool
) -> None:
    program = any_program(seed, n, m, p, whole)
    expected = theirs(program)
    if expected.status == 0:
        found = simplex(program)
        assert found.value == pytest.approx(expected.fun, abs=1e-7, rel=1e-7)
        held("HiGHS", 1e-7)
        assert (program.upper @ found.x <= program.limit + 1e-7).all() and (found.x >= 0).all()
        np.testing.assert_allclose(program.equal @ found.x, program.right, atol=1e-7)
    else:
        with pytest.raises((Infeasible, Unbounded)) as told:
            simplex(program)
        if expected.status == 2:
            # HiGHS may call a programme infeasible that is unbounded too, never the other way.
            assert told.type is Infeasible


@pytest.mark.curriculum("F39")
@drawn
@given(seed=seeds, n=st.integers(1, 6), m=st.integers(1, 6))
def test_prices_solve_the_dual_and_close_the_gap(seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    program = LinearProgram(
        random.normal(size=n), random.uniform(0.1, 1, (m, n)), random.uniform(0.5, 2, m)
    )
    found, expected = simplex(program), theirs(program)
    assert dual_value(program, found.prices) == pytest.approx(found.value, abs=1e-9)
    assert dual_violation(program, found.prices) < 1e-9
    np.testing.assert_allclose(found.prices, expected.ineqlin.marginals, atol=1e-7)
    held("HiGHS's marginals", 1e-7)
    spare = program.limit - program.upper @ found.x
    np.testing.assert_allclose(spare * found.prices, 0, atol=1e-9)


@pytest.mark.curriculum("F38")
def test_a_programme_on_which_the_steepest_rule_cycles_ends() -> None:
    # Beale 1955
    program = LinearProgram(
        np.array([-0.75, 150, -0.02, 6]),
        np.array([[0.25, -60, -0.04, 9], [0.5, -90, -0.02, 3], [0, 0, 1, 0]]),
        np.array([0.0, 0, 1]),
    )
    assert simplex(program).value == pytest.approx(-0.05)


@pytest.mark.curriculum("F38")
def test_the_cheapest_flow_is_networkxs() -> None:
    graph = nx.DiGraph()
    for one, other, cost, most in [
        ("a", "b", 4, 15), ("a", "c", 4, 8), ("b", "c", 2, 20), ("b", "d", 2, 4),
        ("b", "e", 6, 10), ("c", "d", 1, 15), ("c", "e", 3, 4), ("d", "e", 2, 20),
    ]:  # fmt: skip
        graph.add_edge(one, other, weight=cost, capacity=most)
    wanted = {"a": -20, "b": 0, "c": 0, "d": 5, "e": 15}
    nx.set_node_attributes(graph, wanted, "demand")
    edges, nodes = list(graph.edges), list(graph)
    flows = np.zeros((len(nodes), len(edges)))
    for place, (one, other) in enumerate(edges):
        flows[nodes.index(one), place], flows[nodes.index(other), place] = -1, 1
    program = LinearProgram(
        np.array([graph.edges[e]["weight"] for e in edges], float),
        np.eye(len(edges)),
        np.array([graph.edges[e]["capacity"] for e in edges], float),
        flows,
        np.array([wanted[node] for node in nodes], float),
    )
    assert simplex(program).value == pytest.approx(nx.min_cost_flow_cost(graph))
    held("networkx's min-cost flow", 1e-9)


@pytest.mark.curriculum("F37")
@drawn
@given(seed=seeds, m=st.integers(1, 5))
def test_the_best_corner_of_the_picture_is_the_optimum(seed: int, m: int) -> None:
    random = np.random.default_rng(seed)
    program = LinearProgram(
        random.normal(size=2), random.uniform(0.1, 1, (m, 2)), random.uniform(0.5, 2, m)
    )
    drawn_ = corners(program)
    assert (drawn_ @ program.cost).min() == pytest.approx(simplex(program).value, abs=1e-9)
    assert simplex(program).value == pytest.approx(theirs(program).fun, abs=1e-9)
    held("scipy's linprog", 1e-9)


def test_programmes_without_an_optimum_are_told_apart() -> None:
    with pytest.raises(Infeasible, match="meets all constraints"):
        simplex(LinearProgram(np.ones(1), np.array([[1.0]]), np.array([-1.0])))
    with pytest.raises(Unbounded, match="none along"):
        simplex(LinearProgram(-np.ones(1), np.array([[-1.0]]), np.array([1.0])))
    with pytest.raises(ShapeError, match=r"LinearProgram\.upper"):
        LinearProgram(np.ones(2), np.ones((1, 3)), np.ones(1))
    with pytest.raises(ShapeError, match="two variables"):
        corners(LinearProgram(np.ones(3), np.ones((1, 3)), np.ones(1)))


@drawn
@given(seed=seeds, n=st.integers(1, 5), m=st.integers(1, 5))
def test_quadratic_programmes_are_scipys(seed: int, n: int, m: int) -> None:
    root = numbers(seed, n, n)
    q, c = root @ root.T + 0.1 * np.eye(n), numbers(seed + 1, n)
    g, h = numbers(seed + 2, m, n), np.abs(numbers(seed + 3, m)) + 0.1
    found = quadratic_program(q, c, (np.zeros((0, n)), np.zeros(0)), (g, h))
    expected = minimize(
        lambda x: 0.5 * x @ q @ x + c @ x, np.zeros(n), jac=lambda x: q @ x + c,
        constraints={"type": "ineq", "fun": lambda x: h - g @ x, "jac": lambda x: -g},
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    assert 0.5 * found.x @ q @ found.x + c @ found.x <= expected.fun + 1e-7
    assert (g @ found.x <= h + 1e-8).all()
    np.testing.assert_allclose(q @ found.x + c + g.T @ found.unequal, 0, atol=1e-6)


@pytest.mark.curriculum("F42")
@pytest.mark.parametrize("c", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_a_support_vector_machine_is_a_quadratic_programme(c: float, kernel: str) -> None:
    from sklearn.datasets import load_breast_cancer
    from sklearn.metrics.pairwise import linear_kernel, rbf_kernel
    from sklearn.preprocessing import scale
    from sklearn.svm import SVC

    data = load_breast_cancer()
    x, y = scale(data.data[:120, :8]), 2 * data.target[:120] - 1
    gram = linear_kernel(x) if kernel == "linear" else rbf_kernel(x, gamma=0.1)
    alpha = svm_dual(gram, y, c)
    model = SVC(C=c, kernel="precomputed", tol=1e-9).fit(gram, y)
    weights = np.zeros(len(y))
    weights[model.support_] = model.dual_coef_[0]

    def objective(signed: np.ndarray) -> float:
        return float(np.abs(signed).sum() - 0.5 * signed @ gram @ signed)

    assert objective(alpha * y) == pytest.approx(objective(weights), rel=1e-6)
    held("scikit-learn's SVC, dual objective,", 1e-6)
    assert (alpha >= -1e-9).all() and (alpha <= c + 1e-9).all()
    assert abs(alpha @ y) < 1e-7


def test_constraints_that_contradict_each_other_are_said() -> None:
    both = (np.array([[1.0], [-1.0]]), np.array([-1.0, -1.0]))
    with pytest.raises(SettingError, match="a minimum within"):
        quadratic_program(np.eye(1), np.zeros(1), (np.zeros((0, 1)), np.zeros(0)), both)
