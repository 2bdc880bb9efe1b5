"""The interval holds at every look: A/A experiments that are looked at every day."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.serving.experiment.estimate import between, within
from penstock.serving.experiment.sequential import half_width, p_value, power, variance_for
from penstock.serving.rollout.shares import Shares
from tests.predictions import ORIGIN, Sums

ALPHA, DAYS, EXPERIMENTS, CARDS = 0.05, 28, 200, 1000
EFFECT = 0.02
CARD = [str(number) for number in range(CARDS)]


def looked_at_daily(experiment: int, better: float = 0.0) -> tuple[bool, bool]:
    """Whether any day's interval leaves out 0: ours, and the plain one of a single look.

    Cards differ in how often they pay and how often that is fraud, and pay again and again.

    Args:
        better: how far the challenger's scores are moved towards the labels.
    """
    random = np.random.default_rng(experiment)
    deal = Shares(Sums(ORIGIN, 0.0), Sums(ORIGIN, 1.0), 0.5, f"experiment {experiment}")
    arm = np.array([deal.choose(card)[1] == "challenger" for card in CARD])
    often, risk = random.gamma(0.5, 0.5, CARDS), random.beta(0.5, 3.0, CARDS)
    cards, values = [], []
    ours = plain = False
    for _ in range(DAYS):
        card = np.repeat(np.arange(CARDS), random.poisson(often))
        label = random.random(len(card)) < risk[card]
        score = np.clip(risk[card] + random.normal(0, 0.1, len(card)), 0, 1)
        score += better * arm[card] * (label - score)
        cards.append(card)
        values.append((score - label) ** 2)
        entity, value = np.concatenate(cards), np.concatenate(values)
        found = between(value, entity, arm[entity])
        ours |= abs(found.difference) > half_width(found.variance, EFFECT, ALPHA)
        plain |= abs(found.difference) > 1.96 * math.sqrt(found.variance)
    return ours, plain


@pytest.mark.curriculum("O28")
def test_equal_models_differ_in_at_most_5_percent_of_experiments_looked_at_daily() -> None:
    looks = np.array([looked_at_daily(number) for number in range(EXPERIMENTS)])
    ours, plain = looks.mean(axis=0)
    assert ours <= ALPHA
    assert plain > 2 * ALPHA, "the plain interval, looked at daily, is wrong far more often"


def test_a_better_model_is_found() -> None:
    found = [looked_at_daily(number, better=0.5)[0] for number in range(20)]
    assert np.mean(found) > 0.9


def test_the_variance_is_that_of_the_estimate() -> None:
    random = np.random.default_rng(0)
    differences, variances = [], []
    for _ in range(400):
        arm = random.random(200) < 0.3
        entity = np.repeat(np.arange(200), random.poisson(random.gamma(1.0, 3.0, 200)))
        value = random.normal(0, 1, 200)[entity] + random.normal(0, 1, len(entity))
        found = between(value, entity, arm[entity])
        differences.append(found.difference)
        variances.append(found.variance)
    assert np.var(differences) == pytest.approx(np.mean(variances), rel=0.2)


def test_two_models_on_the_same_events_are_told_apart_by_far_fewer() -> None:
    random = np.random.default_rng(1)
    entity = random.integers(0, 100, 2000)
    champion = random.normal(0, 1, 2000)
    challenger = champion + 0.1 + random.normal(0, 0.05, 2000)
    paired = within(champion, challenger, entity)
    assert paired.difference == pytest.approx(0.1, abs=0.01)
    both = np.concatenate([champion, challenger])
    unpaired = between(both, np.tile(entity, 2), np.arange(4000) >= 2000)
    assert paired.variance < unpaired.variance / 100
    assert (paired.units, unpaired.units) == (100, 200)


@pytest.mark.parametrize("entities", [0, 1])
def test_too_few_entities_say_nothing(entities: int) -> None:
    entity = np.arange(entities + 5) % (entities + 5)
    found = between(np.ones(len(entity)), entity, entity < entities)
    width = half_width(found.variance, 0.1, 0.05)
    assert math.isinf(width) and p_value(0.0, found.variance, 0.1) == 1.0
    assert power(found.variance, 0.1, 0.05) == 0.0


VARIANCES = st.floats(1e-12, 1e6)
EFFECTS = st.floats(1e-3, 1e3)


@given(VARIANCES, EFFECTS, st.floats(0.001, 0.4))
def test_the_p_value_is_alpha_where_the_interval_ends(
    variance: float, effect: float, alpha: float
) -> None:
    end = half_width(variance, effect, alpha)
    assert p_value(end, variance, effect) == pytest.approx(alpha, rel=1e-6)
    assert end > math.sqrt(variance), "wider than a single standard error"


@given(EFFECTS, st.floats(0.001, 0.4), st.floats(0.5, 0.99))
def test_what_is_needed_gives_the_power_that_was_asked_for(
    effect: float, alpha: float, chance: float
) -> None:
    variance = variance_for(effect, alpha, chance)
    assert power(variance, effect, alpha) == pytest.approx(chance, abs=1e-6)
    assert power(variance / 2, effect, alpha) > chance > power(variance * 2, effect, alpha)


def test_no_variance_leaves_no_doubt() -> None:
    assert half_width(0.0, 0.1, 0.05) == 0.0
    assert (p_value(0.0, 0.0, 0.1), p_value(0.1, 0.0, 0.1)) == (1.0, 0.0)
    assert power(0.0, 0.1, 0.05) == 1.0
