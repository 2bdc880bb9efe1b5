import pytest

from penstock.scoring.currency import Currency


@pytest.mark.parametrize(
    ("code", "minor_units", "amount", "said"),
    [
        ("", 100, 84.1, "84.10"),
        ("CHF", 100, 1284.1, "CHF 1,284.10"),
        ("JPY", 1, 8410.0, "JPY 8,410"),
        ("KWD", 1000, 0.5, "KWD 0.500"),
        ("MRU", 5, 3.2, "MRU 3.2"),
        ("EUR", 100, -3.0, "EUR -3.00"),
        ("EUR", 100, float("nan"), "an unknown amount"),
    ],
)
def test_an_amount_has_the_decimals_and_the_code_of_its_currency(
    code: str, minor_units: int, amount: float, said: str
) -> None:
    assert Currency.from_notes({"code": code, "minor_units": minor_units}).say(amount) == said
