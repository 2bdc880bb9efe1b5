"""Distributions, beliefs, tests and information, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from penstock.scratch.errors import SettingError
from penstock.scratch.probability.beliefs import Beta, beats, update
from penstock.scratch.probability.distributions import Bernoulli, Categorical, Gaussian
from penstock.scratch.probability.information import (
    cross_entropy,
    divergence,
    entropy,
    information_gain,
    mutual_information,
)
from penstock.scratch.probability.special import beta_below, gamma_below
from penstock.scratch.probability.tests import (
    independence,
    kolmogorov,
    permutation,
    proportions,
    welch,
)
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn, numbers, seeds

positive = st.floats(0.2, 60)


def equal(ours: object, theirs: object, tolerance: float, reference: str = "scipy.stats") -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    held(reference, tolerance)


@drawn
@given(a=positive, b=positive, share=st.floats(0, 1), x=st.floats(0, 100))
def test_incomplete_functions_are_scipys(a: float, b: float, share: float, x: float) -> None:
    equal(beta_below(a, b, share), special.betainc(a, b, share), 1e-10)
    equal(gamma_below(a, x), special.gammainc(a, x), 1e-10)


@pytest.mark.curriculum("F13")
@drawn
@given(mean=st.floats(-5, 5), deviation=st.floats(0.1, 5), p=st.floats(0, 1), seed=seeds)
def test_densities_are_scipys(mean: float, deviation: float, p: float, seed: int) -> None:
    x = numbers(seed, 20)
    equal(Gaussian(mean, deviation).density(x), stats.norm(mean, deviation).pdf(x), 1e-10)
    equal(Gaussian(mean, deviation).below(0.3), stats.norm(mean, deviation).cdf(0.3), 1e-10)
    k = np.array([-1, 0, 1, 2])
    equal(Bernoulli(p).density(k), stats.bernoulli(p).pmf(k), 1e-10)
    shares = np.random.default_rng(seed).dirichlet(np.ones(3))
    expected = [0, *shares, 0]
    equal(Categorical(tuple(shares.tolist())).density(np.arange(-1, 4)), expected, 1e-10)


@pytest.mark.curriculum("F13")
def test_draws_are_of_the_distribution() -> None:
    gaussian = Gaussian(1.5, 2.0)
    drawn_ = np.sort(gaussian.sample(5001, 3))
    statistic = kolmogorov(drawn_, np.array([gaussian.below(one) for one in drawn_]))
    expected = stats.kstest(drawn_, "norm", args=(1.5, 2.0))
    equal(statistic, expected.statistic, 1e-10)
    assert expected.pvalue > 0.05
    shares = (0.2, 0.5, 0.3)
    counts = np.bincount(Categorical(shares).sample(6000, 1), minlength=3)
    assert stats.chisquare(counts, 6000 * np.array(shares)).pvalue > 0.05
    assert Bernoulli(0.3).sample(5000, 2).mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.curriculum("F14")
@drawn
@given(seed=seeds, size=st.integers(2, 50))
def test_the_likeliest_parameters_are_scipys_and_no_others_are_likelier(
    seed: int, size: int
) -> None:
    x = numbers(seed, size)
    found = Gaussian.likeliest(x)
    equal((found.mean, found.deviation), stats.norm.fit(x), 1e-10)
    best = np.log(found.density(x)).sum()
    for mean, factor in ((0.1, 1.0), (-0.1, 1.0), (0.0, 1.1), (0.0, 0.9)):
        other = Gaussian(found.mean + mean, found.deviation * factor)
        assert np.log(other.density(x)).sum() < best
    kinds = np.random.default_rng(seed).integers(0, 4, size)
    equal(Categorical.likeliest(kinds, 4).p, [(kinds == k).mean() for k in range(4)], 1e-12)
    assert Bernoulli.likeliest(kinds > 1).p == pytest.approx((kinds > 1).mean())


@pytest.mark.curriculum("F15")
@drawn
@given(a=st.floats(0.5, 9), b=st.floats(0.5, 9), wins=st.integers(0, 40), losses=st.integers(0, 40))
def test_a_belief_about_a_chance_is_the_closed_form(
    a: float, b: float, wins: int, losses: int
) -> None:
    belief = Beta(a, b).seen(wins, losses)
    theirs = stats.beta(a + wins, b + losses)
    equal(belief.mean, theirs.mean(), 1e-10)
    equal(belief.interval(), theirs.interval(0.95), 1e-8)
    grid = np.linspace(0, 1, 20_001)
    weights = update(
        stats.beta(a, b).pdf(grid[1:-1]), stats.binom.pmf(wins, wins + losses, grid[1:-1])
    )
    assert weights @ grid[1:-1] == pytest.approx(belief.mean, abs=2e-3)


@pytest.mark.curriculum("F15")
def test_which_of_two_is_better_is_believed_as_often_as_draws_say() -> None:
    one, other = Beta().seen(60, 940), Beta().seen(45, 955)
    random = np.random.default_rng(0)
    draws = random.beta(one.a, one.b, 400_000) > random.beta(other.a, other.b, 400_000)
    assert beats(one, other) == pytest.approx(draws.mean(), abs=3e-3)
    assert beats(one, one) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.curriculum("F15")
def test_a_rare_illness_stays_unlikely_after_one_positive_test() -> None:
    after = update(np.array([0.001, 0.999]), np.array([0.99, 0.05]))
    assert after[0] == pytest.approx(0.00099 / (0.00099 + 0.04995))


@pytest.mark.curriculum("F16")
@drawn
@given(seed=seeds, one=st.integers(2, 30), other=st.integers(2, 30), shift=st.floats(-1, 1))
def test_tests_are_scipys(seed: int, one: int, other: int, shift: float) -> None:
    x, y = numbers(seed, one), 2 * numbers(seed + 1, other) + shift
    found, expected = welch(x, y), stats.ttest_ind(x, y, equal_var=False)
    equal((found.statistic, found.p), (expected.statistic, expected.pvalue), 1e-8)
    table = np.random.default_rng(seed).integers(1, 40, (2, 3))
    told = stats.chi2_contingency(table, correction=False)
    verdict = independence(table)
    equal((verdict.statistic, verdict.p), (told.statistic, told.pvalue), 1e-8)


@pytest.mark.curriculum("F16")
def test_shares_are_compared_as_by_statsmodels() -> None:
    from statsmodels.stats.proportion import proportions_ztest

    found = proportions((45, 60), (1000, 1100))
    equal(
        (found.statistic, found.p), proportions_ztest([45, 60], [1000, 1100]), 1e-10, "statsmodels"
    )


@pytest.mark.curriculum("F16")
def test_shuffling_agrees_with_scipys_and_chance_is_found_out_as_often_as_it_should() -> None:
    x, y = numbers(0, 12), numbers(1, 15) + 0.8
    ours = permutation(x, y)
    theirs = stats.permutation_test(
        (x, y), lambda a, b: a.mean() - b.mean(), n_resamples=9999, rng=0
    )
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.01)
    random = np.random.default_rng(2)
    false = [welch(random.normal(size=9), random.normal(size=14)).p < 0.05 for _ in range(2000)]
    assert np.mean(false) == pytest.approx(0.05, abs=0.015)


@pytest.mark.curriculum("F17")
@drawn
@given(seed=seeds, kinds=st.integers(1, 6))
def test_entropies_and_divergences_are_scipys(seed: int, kinds: int) -> None:
    p, q = np.random.default_rng(seed).dirichlet(np.ones(kinds), 2)
    equal(entropy(p), stats.entropy(p), 1e-10, "scipy.stats.entropy")
    equal(divergence(p, q), special.rel_entr(p, q).sum(), 1e-10, "scipy.special.rel_entr")
    equal(cross_entropy(p, q), entropy(p) + divergence(p, q), 1e-10, "H(p) + KL(p || q)")
    assert divergence(p, q) >= 0 and divergence(p, p) == 0


@pytest.mark.curriculum("F17")
def test_the_edges_of_information() -> None:
    assert entropy(np.array([1.0, 0.0])) == 0
    assert cross_entropy(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == np.inf
    assert mutual_information(np.outer([0.3, 0.7], [0.5, 0.5])) == pytest.approx(0, abs=1e-15)
    assert mutual_information(np.diag([0.5, 0.5])) == pytest.approx(np.log(2))


@pytest.mark.curriculum("F18")
@drawn
@given(seed=seeds, rows=st.integers(4, 60))
def test_the_gain_of_a_split_is_the_decrease_that_scikit_learns_tree_counts(
    seed: int, rows: int
) -> None:
    from sklearn.tree import DecisionTreeClassifier

    random = np.random.default_rng(seed)
    x, y = random.normal(size=(rows, 1)), random.integers(0, 3, rows)
    tree = DecisionTreeClassifier(criterion="entropy", max_depth=1).fit(x, y).tree_
    if tree.node_count == 3:
        left, right = (tree.n_node_samples[node] / rows for node in (1, 2))
        bits = tree.impurity[0] - left * tree.impurity[1] - right * tree.impurity[2]
        side = (x[:, 0] > tree.threshold[0]).astype(int)
        equal(information_gain(y, side) / np.log(2), bits, 1e-10, "scikit-learn's tree")


def test_what_is_no_chance_is_refused() -> None:
    for wrong in (
        lambda: Gaussian(0, 0),
        lambda: Bernoulli(1.1),
        lambda: Categorical((0.5, 0.6)),
        lambda: entropy(np.array([0.5, 0.6])),
        lambda: update(np.array([1.0, 0.0]), np.array([0.0, 1.0])),
        lambda: welch(np.ones(1), np.ones(3)),
        lambda: welch(np.ones(3), np.ones(3)),
        lambda: proportions((0, 0), (5, 5)),
        lambda: independence(np.array([[0, 0], [1, 2]])),
    ):
        with pytest.raises(SettingError, match="expected"):
            wrong()
