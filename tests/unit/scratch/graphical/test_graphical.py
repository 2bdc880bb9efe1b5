"""Chains, hidden chains and networks, against networkx, hmmlearn, pgmpy and counting."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.graphical.bayes_net import BayesianNetwork, learn
from penstock.scratch.graphical.hmm import CategoricalHMM, GaussianHMM
from penstock.scratch.graphical.markov_chain import MarkovChain
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, seeds

RAIN = {
    "rain": ((), np.array([0.8, 0.2])),
    "sprinkler": (("rain",), np.array([[0.6, 0.4], [0.99, 0.01]])),
    "wet": (
        ("sprinkler", "rain"),
        np.array([[[1.0, 0.0], [0.2, 0.8]], [[0.1, 0.9], [0.01, 0.99]]]),
    ),
}


def rows_of_chances(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), shape[:-1])


@pytest.mark.curriculum("C33")
@drawn
@given(seed=seeds, states=st.integers(1, 6))
def test_the_long_run_is_the_eigenvector_and_networkxs_rank(seed: int, states: int) -> None:
    chain = MarkovChain(rows_of_chances(seed, states, states))
    found = chain.stationary()
    values, vectors = np.linalg.eig(chain.chances.T)
    vector = np.real(vectors[:, np.abs(values - 1).argmin()])
    np.testing.assert_allclose(found, vector / vector.sum(), atol=1e-9)
    held("the eigenvector of 1", 1e-9)
    graph = nx.from_numpy_array(chain.chances, create_using=nx.DiGraph)
    ranks = nx.pagerank(graph, alpha=1.0, tol=1e-14, max_iter=10_000)
    np.testing.assert_allclose(found, [ranks[state] for state in range(states)], atol=1e-8)
    held("networkx's pagerank without jumps", 1e-8)
    np.testing.assert_allclose(chain.after(np.eye(states)[0], 500), found, atol=1e-6)


@pytest.mark.curriculum("C33")
def test_a_gamblers_ruin_takes_as_long_as_the_formula_says() -> None:
    chances = np.zeros((6, 6))
    chances[0, 0] = 1
    for purse in range(1, 6):
        chances[purse, purse - 1] = 0.6
        chances[purse, min(purse + 1, 5)] += 0.4
    steps = MarkovChain(chances).steps_to(0)
    expected = chances[1:, 1:]
    np.testing.assert_allclose(steps[1:], np.linalg.inv(np.eye(5) - expected).sum(axis=1))
    trap = MarkovChain(np.array([[1.0, 0, 0], [0.5, 0, 0.5], [0, 0, 1.0]]))
    assert trap.steps_to(0).tolist() == [0, np.inf, np.inf]


@pytest.mark.curriculum("C33")
def test_a_chain_is_learnt_back_from_its_path() -> None:
    chain = MarkovChain(rows_of_chances(3, 3, 3))
    path = chain.walk(0, 40_000, seed=1)
    np.testing.assert_allclose(MarkovChain.counted(path, 3).chances, chain.chances, atol=0.02)
    np.testing.assert_allclose(np.bincount(path) / len(path), chain.stationary(), atol=0.02)


def categorical(seed: int, states: int = 3, kinds: int = 4) -> tuple[CategoricalHMM, object]:
    from hmmlearn.hmm import CategoricalHMM as Theirs

    ours = CategoricalHMM(
        rows_of_chances(seed, states),
        rows_of_chances(seed + 1, states, states),
        rows_of_chances(seed + 2, states, kinds),
    )
    theirs = Theirs(states, n_features=kinds, init_params="")
    theirs.startprob_, theirs.transmat_ = ours.start, ours.moves
    theirs.emissionprob_ = ours.symbols
    return ours, theirs


def gaussian(seed: int) -> tuple[GaussianHMM, object]:
    from hmmlearn.hmm import GaussianHMM as Theirs

    ours = GaussianHMM(
        rows_of_chances(seed, 2), rows_of_chances(seed + 1, 2, 2), [0.0, 2.5], [1.0, 0.5]
    )
    theirs = Theirs(2, "diag", init_params="", min_covar=0)
    theirs.startprob_, theirs.transmat_ = ours.start, ours.moves
    theirs.means_, theirs.covars_ = ours.means[:, None], ours.variances[:, None]
    return ours, theirs


@pytest.mark.curriculum("C34")
@drawn
@given(seed=seeds, size=st.integers(1, 60))
def test_the_forward_algorithm_is_hmmlearns(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    ours, theirs = categorical(seed)
    seen = random.integers(0, 4, size)
    np.testing.assert_allclose(ours.log_likelihood(seen), theirs.score(seen[:, None]), rtol=1e-8)
    np.testing.assert_allclose(ours.beliefs(seen), theirs.predict_proba(seen[:, None]), atol=1e-8)
    ours, theirs = gaussian(seed)
    values = random.normal(1, 2, size)
    np.testing.assert_allclose(
        ours.log_likelihood(values), theirs.score(values[:, None]), rtol=1e-8
    )
    held("hmmlearn", 1e-8)


@pytest.mark.curriculum("C34")
def test_a_short_sequence_is_as_likely_as_all_paths_together() -> None:
    ours, _ = categorical(5)
    seen = np.array([0, 3, 1, 2])
    total = 0.0
    for path in product(range(3), repeat=4):
        chance = ours.start[path[0]] * ours.symbols[path[0], seen[0]]
        for step in range(1, 4):
            chance *= ours.moves[path[step - 1], path[step]] * ours.symbols[path[step], seen[step]]
        total += chance
    assert ours.log_likelihood(seen) == pytest.approx(np.log(total))


@pytest.mark.curriculum("C35")
@drawn
@given(seed=seeds, size=st.integers(1, 60))
def test_the_likeliest_path_is_hmmlearns(seed: int, size: int) -> None:
    for ours, theirs in (categorical(seed), gaussian(seed)):
        seen = np.random.default_rng(seed).integers(0, 4, size)
        chance, path = ours.decode(seen)
        expected, states = theirs.decode(seen[:, None])
        assert chance == pytest.approx(expected, rel=1e-9)
        shows, last = np.log(ours.shows(seen)), ours.offset(seen)
        # Two paths may be equally likely: ours is as likely as it says.
        steps = np.log(ours.moves)[path[:-1], path[1:]].sum() + np.log(ours.start)[path[0]]
        assert steps + shows[range(size), path].sum() + last == pytest.approx(expected, rel=1e-9)
        assert (path == states).mean() > 0.5
    held("hmmlearn's decode", 1e-9)


@pytest.mark.curriculum("C36")
@pytest.mark.parametrize("kind", [categorical, gaussian])
def test_learning_goes_as_hmmlearns_and_the_likelihood_never_falls(kind: object) -> None:
    ours, theirs = kind(4)
    seen = np.random.default_rng(8).integers(0, 4, 300)
    ours.fit(seen, rounds=10, tolerance=-np.inf)
    theirs.n_iter, theirs.tol = 10, -np.inf
    if kind is gaussian:
        theirs.covars_prior = theirs.means_weight = theirs.means_prior = 0
        theirs.covars_weight = 1
    theirs.fit(seen[:, None])
    assert (np.diff(ours.likelihoods) >= -1e-9).all()
    np.testing.assert_allclose(ours.likelihoods, list(theirs.monitor_.history)[-10:], rtol=1e-7)
    np.testing.assert_allclose(ours.moves, theirs.transmat_, atol=1e-6)
    np.testing.assert_allclose(ours.start, theirs.startprob_, atol=1e-6)
    held("hmmlearn's Baum-Welch", 1e-6)


@pytest.mark.curriculum("C32")
@pytest.mark.parametrize(
    ("wanted", "evidence"),
    [
        ("rain", {}),
        ("rain", {"wet": 1}),
        ("sprinkler", {"wet": 1, "rain": 0}),
        ("wet", {"rain": 1}),
    ],
)
def test_answers_are_those_of_the_whole_table_and_of_pgmpy(
    wanted: str, evidence: dict[str, int]
) -> None:
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    net = BayesianNetwork(RAIN)
    found = net.query(wanted, evidence)
    joint = np.einsum("r,rs,srw->rsw", *(table for _, table in RAIN.values()))
    axes = {"rain": 0, "sprinkler": 1, "wet": 2}
    index = tuple(
        slice(v, v + 1) if (v := evidence.get(name)) is not None else slice(None) for name in axes
    )
    part = joint[index].sum(axis=tuple(axis for name, axis in axes.items() if name != wanted))
    np.testing.assert_allclose(found, part / part.sum(), atol=1e-12)
    held("the whole joint table", 1e-12)
    theirs = DiscreteBayesianNetwork([("rain", "sprinkler"), ("sprinkler", "wet"), ("rain", "wet")])
    for name, (parents, table) in RAIN.items():
        values = np.moveaxis(table, -1, 0).reshape(2, -1)
        theirs.add_cpds(
            TabularCPD(name, 2, values, list(parents) or None, [2] * len(parents) or None)
        )
    told = VariableElimination(theirs).query([wanted], evidence, show_progress=False)
    np.testing.assert_allclose(found, told.values, atol=1e-8)
    held("pgmpy's variable elimination", 1e-8)


@pytest.mark.curriculum("C32")
def test_chances_are_learnt_back_from_draws() -> None:
    net = BayesianNetwork(RAIN)
    rows = net.sample(60_000, seed=2)
    again = learn(net.parents, rows, dict.fromkeys(RAIN, 2))
    np.testing.assert_allclose(
        again.query("rain", {"wet": 1}), net.query("rain", {"wet": 1}), atol=0.02
    )


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(SettingError, match="rows of chances"):
        MarkovChain(np.ones((2, 2)))
    with pytest.raises(SettingError, match="one part that all states lead to"):
        MarkovChain(np.eye(2)).stationary()
    with pytest.raises(SettingError, match="chances"):
        CategoricalHMM([0.5, 0.6], np.eye(2), np.eye(2))
    with pytest.raises(SettingError, match="some state can show"):
        CategoricalHMM([1.0, 0], np.eye(2), np.eye(2)).log_likelihood(np.array([1]))
    with pytest.raises(SettingError, match="no circle"):
        BayesianNetwork({"a": (("b",), np.eye(2)), "b": (("a",), np.eye(2))})
    with pytest.raises(SettingError, match="one of rain"):
        BayesianNetwork(RAIN).query("snow")
    with pytest.raises(SettingError, match="evidence that can be"):
        BayesianNetwork(RAIN).query("rain", {"wet": 1, "sprinkler": 0, "rain": 0})
