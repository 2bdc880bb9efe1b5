import math

import pytest

from penstock.scoring.currency import Currency
from penstock.scoring.phrases import Group, Phrase, Phrasebook, PhraseError

FRANCS = Currency("CHF")


def said(template: str, value: float, **more: float) -> str:
    return Phrase("x", template).fill({"x": value, **more}, FRANCS)


@pytest.mark.parametrize(
    ("template", "value", "words"),
    [
        ("{x:times} the usual", 5.24, "5.2 times the usual"),
        ("{x:times} the usual", 0.97, "1.0 times the usual"),
        ("{x:times} the usual", 9.96, "10 times the usual"),
        ("{x:times} the usual", 1234.0, "1,234 times the usual"),
        ("paid {x:money}", 1084.1, "paid CHF 1,084.10"),
        ("{x:share} frauds", 0.123, "12 % frauds"),
        ("{x:share} frauds", 0.004, "0.4 % frauds"),
        ("{x:share} frauds", 0.0, "0 % frauds"),
        ("{x:fraud|frauds} in 28 days", 0, "no frauds in 28 days"),
        ("{x:fraud|frauds} in 28 days", 1, "1 fraud in 28 days"),
        ("{x:fraud|frauds} in 28 days", 3, "3 frauds in 28 days"),
        ("{x:entry|entries}", 12345, "12,345 entries"),
        ("{x:days} ago", 0.4, "less than a day ago"),
        ("{x:days} ago", 1.9, "1 day ago"),
        ("{x:days} ago", 28.0, "28 days ago"),
        ("{x:.1f} of it", 0.25, "0.2 of it"),
        ("{x:money} so far", math.inf, "unknown so far"),
    ],
)
def test_a_value_is_written_with_its_unit(template: str, value: float, words: str) -> None:
    assert said(template, value) == words


def test_a_template_may_name_other_inputs() -> None:
    assert said("{x:fraud|frauds} among {n:one|others}", 2, n=40) == "2 frauds among 40 others"


def test_what_is_said_at_a_value_takes_the_place_of_the_template() -> None:
    night = Phrase("night", "at night", at={0: "by day"})
    assert night.fill({"night": 1.0}, FRANCS) == "at night"
    assert night.fill({"night": 0.0}, FRANCS) == "by day"


def test_what_is_missing_is_said_so() -> None:
    values = {"customer_median": math.nan}
    first = Phrase("customer_median", "{customer_median:money}", missing="first of this card")
    assert first.fill(values, FRANCS) == "first of this card"
    plain = Phrase("customer_median", "{customer_median:money}")
    assert plain.fill(values, FRANCS) == "customer median not known"


def test_an_input_with_two_phrases_is_refused() -> None:
    group = Group("amount", (Phrase("x", "{x}"), Phrase("x", "{x:money}")))
    with pytest.raises(PhraseError, match=r"'x' has more than one phrase\n  fix: mend"):
        Phrasebook((group,))


def test_an_input_that_nobody_wrote_of_speaks_for_itself() -> None:
    group, phrase = Phrasebook(()).group_of("days_since_login")
    assert group == "days_since_login"
    assert phrase.fill({"days_since_login": 12.345}, FRANCS) == "days since login 12.35"


def test_a_book_names_every_input_that_its_templates_need() -> None:
    phrase = Phrase("x", "{x:fraud|frauds} of {n:one|others}", at={0: "none of {m:one|others}"})
    assert Phrasebook((Group("g", (phrase,)),)).names() == {"x", "n", "m"}
