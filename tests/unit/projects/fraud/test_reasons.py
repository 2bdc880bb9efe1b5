"""Every input of the fraud project has words, and every word a value to fill it in."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.projects.fraud.inputs import FeatureSettings, build
from penstock.projects.fraud.reasons import PHRASES
from penstock.scoring.currency import Currency

NAMES = build(FeatureSettings()).names


def said(name: str, value: float) -> str:
    values = {**dict.fromkeys(NAMES, 1.0), name: value}
    return PHRASES.group_of(name)[1].fill(values, Currency("CHF"))


def test_every_input_has_one_phrase_and_no_phrase_is_of_another() -> None:
    written = {phrase.input for group in PHRASES.groups for phrase in group.phrases}
    assert written == set(NAMES)
    assert PHRASES.names() <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0.0, 1.0, 3.0, 41.5, np.nan])
def test_every_phrase_can_be_said_of_any_value(name: str, value: float) -> None:
    words = said(name, value)
    assert words == words.strip()
    assert words
    assert not set("{}:|_") & set(words)
    assert "nan" not in words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("amount_to_median", 5.2, "5.2 times this card's usual amount"),
        ("amount_to_median", np.nan, "the first payment with this card"),
        ("terminal_frauds_28d", 3, "terminal with 3 frauds in 28 days"),
        ("terminal_frauds_28d", 1, "terminal with 1 fraud in 28 days"),
        ("amount", 421, "an amount of CHF 421.00"),
        ("customer_mean_amount_1d", 60.5, "CHF 60.50 a payment on this card in a day"),
        ("customer_count_7d", 1, "1 payment with this card in 7 days"),
        ("customer_history", 0, "the first payment with this card"),
        ("terminal_risk_7d", 0.25, "25 % frauds among the known payments here in 7 days"),
        ("terminal_risk_7d", 0, "no frauds among the known payments here in 7 days"),
        ("terminal_days_since_fraud", np.nan, "no known fraud at this terminal in 60 days"),
        ("night", 1, "at night"),
        ("weekend", 0, "on a working day"),
    ],
)
def test_what_inputs_say(name: str, value: float, words: str) -> None:
    assert said(name, value) == words


def test_inputs_that_say_much_the_same_are_one_reason() -> None:
    groups = {name: PHRASES.group_of(name)[0] for name in NAMES}
    for prefix in ("terminal_risk", "terminal_count", "customer_mean_amount", "amount_to"):
        assert len({group for name, group in groups.items() if name.startswith(prefix)}) == 1
