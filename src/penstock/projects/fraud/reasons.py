"""What the inputs of the fraud project say to an analyst."""

from __future__ import annotations

from collections.abc import Iterator

from penstock.projects.fraud.spans import CARD_DAYS, CASE_DAYS, MEMORY_DAYS, WINDOWS_DAYS
from penstock.scoring.phrases import Group, Phrase, Phrasebook

FIRST = "the first payment with this card"


def _in(days: int) -> str:
    return "in a day" if days == 1 else f"in {days} days"


def _of_amount() -> Iterator[Phrase]:
    ratio, ninth, usual = "amount_to_median", "amount_to_90th", "customer_median_amount"
    yield Phrase(ratio, f"{{{ratio}:times}} this card's usual amount", missing=FIRST)
    yield Phrase(
        ninth, f"{{{ninth}:times}} what 9 in 10 payments with this card stay below", missing=FIRST
    )
    yield Phrase(usual, f"this card usually pays {{{usual}:money}}", missing=FIRST)
    name = f"customer_largest_ratio_{CARD_DAYS}d"
    yield Phrase(name, f"up to {{{name}:times}} the usual amount on this card {_in(CARD_DAYS)}")


def _of_amounts() -> Iterator[Phrase]:
    yield Phrase(
        "customer_unusual_3d",
        "{customer_unusual_3d:unusual amount|unusual amounts} on this card in 3 days",
    )
    name = f"customer_unusual_{CARD_DAYS}d"
    yield Phrase(name, f"{{{name}:unusual amount|unusual amounts}} on this card {_in(CARD_DAYS)}")
    for days in WINDOWS_DAYS:
        name = f"customer_mean_amount_{days}d"
        yield Phrase(name, f"{{{name}:money}} a payment on this card {_in(days)}")


def _of_card_use() -> Iterator[Phrase]:
    for days in sorted({*WINDOWS_DAYS, CARD_DAYS}):
        name = f"customer_count_{days}d"
        yield Phrase(name, f"{{{name}:payment|payments}} with this card {_in(days)}")
    yield Phrase(
        "customer_history",
        "{customer_history:earlier payment|earlier payments} with this card",
        at={0: FIRST},
    )


def _of_terminal_frauds() -> Iterator[Phrase]:
    frauds, odd = f"terminal_frauds_{CASE_DAYS}d", f"terminal_unexplained_{CASE_DAYS}d"
    yield Phrase(frauds, f"terminal with {{{frauds}:fraud|frauds}} {_in(CASE_DAYS)}")
    yield Phrase(
        odd, f"terminal with {{{odd}:fraud|frauds}} {_in(CASE_DAYS)} that no amount explains"
    )
    for days in sorted({*WINDOWS_DAYS, CASE_DAYS}):  # without them a share means little
        name = f"terminal_count_{days}d"
        yield Phrase(name, f"{{{name}:known payment|known payments}} at this terminal {_in(days)}")
    for days in WINDOWS_DAYS:
        name = f"terminal_risk_{days}d"
        among = f"frauds among the known payments here {_in(days)}"
        yield Phrase(name, f"{{{name}:share}} {among}", at={0: f"no {among}"})
    yield Phrase(
        "terminal_streak",
        "the last {terminal_streak:known payment|known payments} here were frauds",
        at={0: "the last known payment here was genuine", 1: "the last known payment was a fraud"},
    )
    yield Phrase(
        "terminal_days_since_genuine",
        "the last payment here that is known to be genuine was {terminal_days_since_genuine:days} "
        "ago",
        missing=f"no payment here is known to be genuine {_in(MEMORY_DAYS)}",
    )
    yield Phrase(
        "terminal_days_since_first_unexplained",
        "frauds here that no amount explains since {terminal_days_since_first_unexplained:days}",
        missing=f"no fraud here {_in(CASE_DAYS)} but those that an amount explains",
    )
    yield Phrase(
        "terminal_days_since_fraud",
        "the last known fraud at this terminal was {terminal_days_since_fraud:days} ago",
        missing=f"no known fraud at this terminal {_in(MEMORY_DAYS)}",
    )
    yield Phrase(
        "terminal_days_since_streak",
        "{terminal_streak:fraud|frauds} in a row at this terminal, the first "
        "{terminal_days_since_streak:days} ago",
        missing="the last known payment here was genuine",
    )


PHRASES = Phrasebook(
    (
        Group("amount", (Phrase("amount", "an amount of {amount:money}"),)),
        Group("amount for this card", tuple(_of_amount())),
        Group("amounts of late", tuple(_of_amounts())),
        Group("use of the card", tuple(_of_card_use())),
        Group(
            "frauds on the card",
            (
                Phrase(
                    f"customer_frauds_{CASE_DAYS}d",
                    f"{{customer_frauds_{CASE_DAYS}d:known fraud|known frauds}} on this card "
                    f"{_in(CASE_DAYS)}",
                ),
            ),
        ),
        Group("frauds at the terminal", tuple(_of_terminal_frauds())),
        Group(
            "use of the terminal",
            (
                Phrase(
                    "terminal_unlabelled",
                    "{terminal_unlabelled:payment|payments} at this terminal whose labels are to "
                    "come",
                ),
            ),
        ),
        Group(
            "time",
            (
                Phrase("weekend", "at the weekend", at={0: "on a working day"}),
                Phrase("night", "at night", at={0: "by day"}),
            ),
        ),
    )
)
