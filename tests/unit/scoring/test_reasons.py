import numpy as np
import pytest

from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Group, Phrase, Phrasebook
from penstock.scoring.reasons import reasons, would_pass

PLAIN = Currency()
BOOK = Phrasebook(
    (
        Group(
            "amount",
            (
                Phrase("ratio", "{ratio:times} this card's usual amount"),
                Phrase("amount", "{amount:money}"),
            ),
        ),
        Group("terminal", (Phrase("frauds", "terminal with {frauds:fraud|frauds} in 28 days"),)),
        Group("hour", (Phrase("night", "at night", at={0: "by day"}),)),
    )
)
INPUTS = ("ratio", "amount", "frauds", "night", "count")
VALUES = {"ratio": 5.2, "amount": 421.0, "frauds": 3.0, "night": 0.0, "count": 4.0}


def test_reasons_are_said_once_a_group_and_the_strongest_comes_first() -> None:
    told = reasons(BOOK, INPUTS, (1.0, 0.5, 2.0, -0.5, 0.2), -4.0, VALUES, PLAIN)

    assert [(one.group, one.contribution) for one in told.reasons] == [
        ("terminal", 2.0),
        ("amount", 1.5),
        ("count", 0.2),
        ("hour", -0.5),
    ]
    assert told.in_words() == (
        "terminal with 3 frauds in 28 days (+2.0); 5.2 times this card's usual amount (+1.5); "
        "count 4 (+0.2)"
    )
    assert told.reasons[-1].says == "by day"


def test_a_group_speaks_through_the_input_that_pulls_its_way() -> None:
    told = reasons(BOOK, INPUTS, (-1.0, 1.5, 0, 0, 0), 0.0, VALUES, PLAIN)
    assert told.reasons[0].says == "421.00"
    told = reasons(BOOK, INPUTS, (-2.0, 1.5, 0, 0, 0), 0.0, VALUES, PLAIN)
    assert told.reasons[0].says == "5.2 times this card's usual amount"
    assert told.reasons[0].contribution == -0.5


@pytest.mark.parametrize("most", [1, 2, 9])
def test_reasons_rest_and_base_sum_to_the_margin_whatever_is_shown(most: int) -> None:
    random = np.random.default_rng(0)
    for shares in random.normal(size=(50, 5)):
        told = reasons(BOOK, INPUTS, shares.tolist(), -3.0, VALUES, PLAIN, most)
        assert told.margin == pytest.approx(shares.sum() - 3.0, abs=1e-12)
        assert sum(one.contribution > 0 for one in told.reasons) <= most
        assert sum(one.contribution < 0 for one in told.reasons) <= 1


def test_what_adds_next_to_nothing_is_no_reason() -> None:
    told = reasons(BOOK, INPUTS, (1.0, 0.5, 2.0, 0.0, 0.1), -4.0, VALUES, PLAIN)
    assert [one.group for one in told.reasons] == ["terminal", "amount"]
    assert told.rest == pytest.approx(0.1)


def test_a_score_that_nothing_raises_says_so() -> None:
    told = reasons(BOOK, ("frauds",), (-1.0,), -3.0, VALUES, PLAIN)
    assert told.in_words() == "nothing raises its score"


@pytest.mark.parametrize(
    ("start", "below", "words"),
    [
        (0.0, 84.1, "would pass below 84.10"),
        (61.2, 84.1, "would pass from 61.20 to below 84.10"),
        (0.0, 0.0, "no smaller amount would pass"),
        (float("nan"), float("nan"), ""),
    ],
)
def test_what_would_pass_is_told_in_words_and_never_invented(
    start: float, below: float, words: str
) -> None:
    assert would_pass(start, below, PLAIN) == words
