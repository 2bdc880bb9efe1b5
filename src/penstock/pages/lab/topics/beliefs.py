"""Beliefs and tests."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Chart
from penstock.pages.lab.topic import Figure, Topic, over
from penstock.scratch.decisions.bandits import UCB1, EpsilonGreedy, Thompson, regret
from penstock.scratch.probability.beliefs import Beta
from penstock.scratch.probability.distributions import Gaussian
from penstock.scratch.probability.tests import welch

ARMS = (0.3, 0.5, 0.8)


def figures() -> list[Figure]:
    edges = np.linspace(0, 1, 201)
    middle = (edges[1:] + edges[:-1]) / 2
    beliefs = {
        "nothing": Beta(), "3 of 10": Beta().seen(3, 7),
        "30 of 100": Beta().seen(30, 70), "300 of 1,000": Beta().seen(300, 700),
    }  # fmt: skip
    densities = over(
        middle,
        {name: np.diff([one.below(edge) for edge in edges]) * 200 for name, one in beliefs.items()},
    )
    return [
        Chart("belief", "A belief about a chance", "chance", "density", densities),
        _tests(),
        _bandits(),
    ]


def _tests() -> Chart:
    shifts = np.linspace(0, 1.5, 16)
    series = {}
    for rows in (10, 30, 100):
        found = []
        for shift in shifts:
            draws = [
                welch(
                    Gaussian(0, 1).sample(rows, 2 * k), Gaussian(shift, 1).sample(rows, 2 * k + 1)
                )
                for k in range(120)
            ]
            found.append(np.mean([one.p < 0.05 for one in draws]))
        series[f"{rows} rows"] = found
    caption = "Where there is no difference, one in twenty is found all the same."
    told = over(shifts, series)
    return Chart(
        "power", "How often a difference is found", "true difference", "share", told,
        caption=caption, reference=([0.0, 1.5], [0.05, 0.05]),
    )  # fmt: skip


def _bandits() -> Chart:
    pulls = 1500
    kinds = {"ε-greedy": EpsilonGreedy, "UCB1": UCB1, "Thompson": Thompson}
    at = np.arange(0, pulls, 10)
    series = {}
    for name, kind in kinds.items():
        lost = np.mean([regret(kind(3, seed=s), ARMS, pulls, s + 50) for s in range(5)], axis=0)
        series[name] = lost[at]
    caption = "Arms that pay with chance 0.3, 0.5 and 0.8; means of five runs."
    return Chart(
        "regret", "What learning costs", "pulls", "lost so far", over(at, series), caption=caption
    )


TOPIC = Topic(
    "Beliefs and tests",
    "Evidence moves beliefs by how likely each hypothesis makes it. Tests ask how often chance "
    "alone would do as much; bandits act while they learn.",
    [
        ("p(h | x) ∝ p(x | h) p(h)", "Bayes"),
        ("Beta(a, b) → Beta(a + wins, b + losses)", "a chance, updated"),
        ("t = (x̄ − ȳ) / √(s²/n + r²/m)", "Welch"),
        ("x̄ + √(2 ln t / n)", "UCB1 pulls the arm that could be best"),
    ],
    figures,
    ("F13", "F14", "F15", "F16", "R06"),
    [
        ("serving/experiment", "A/B tests that may be looked at daily"),
        ("tasks/*/promotion.py", "a champion is replaced only where a whole interval says so"),
    ],
    ["Looking at a test every day finds differences that are none: what does looking often cost?"],
)
