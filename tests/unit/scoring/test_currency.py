import pytest

from penstock.scoring.currency import Currency


@pytest.mark.parametrize(
    ("code", "digits", "amount", "said"),
    [
        ("", 2, 84.1, "84.10"),
        ("CHF", 2, 1284.1, "CHF 1,284.10"),
        ("JPY", 0, 8410.0, "JPY 8,410"),
        ("KWD", 3, 0.5, "KWD 0.500"),
        ("EUR", 2, -3.0, "EUR -3.00"),
        ("EUR", 2, float("nan"), "an unknown amount"),
    ],
)
def test_an_amount_has_the_decimals_and_the_code_of_its_currency(
    code: str, digits: int, amount: float, said: str
) -> None:
    assert Currency(code, digits).say(amount) == said


def test_a_currency_survives_the_notes_of_a_dataset() -> None:
    assert Currency.from_notes(Currency("JPY", 0).to_notes()) == Currency("JPY", 0)
