"""The inputs of the fraud project: the 15 published ones, and 18 of the past of card and terminal.

Source of the 15: Le Borgne et al., Reproducible Machine Learning for Credit Card Fraud Detection,
2022, section "Baseline feature transformation". The others look for what a thief leaves behind: on
a card, amounts far above what it usually pays; at a terminal, frauds that no amount explains, one
after the other since the day it was broken into.
"""

from __future__ import annotations

from pydantic import Field

from penstock.core.settings import Settings
from penstock.features.clock import is_night, is_weekend
from penstock.features.featureset import FeatureSet
from penstock.features.kernel import Kernel
from penstock.features.measures import Amount, Relative, Usual
from penstock.features.of_labels import DaysSinceFirst, DaysSinceLast, DaysSinceStreak, Streak
from penstock.features.of_row import Clock, Column, Measured
from penstock.features.of_window import Count, Earlier, Largest, MeanAmount, Risk, Total
from penstock.features.values import Above, Label, Money, Unexplained
from penstock.projects.fraud.spans import CARD_DAYS, CASE_DAYS, MEMORY_DAYS, WINDOWS_DAYS

LABEL_DELAY_DAYS = 7

CUSTOMER, TERMINAL, LABEL = "customer", "terminal", Label("label")


class FeatureSettings(Settings):
    """When labels are known, and what is much on a card; no feature looks at younger labels."""

    label_delay_days: int = Field(
        default=LABEL_DELAY_DAYS,
        ge=1,
        le=3650,
        description="days until a label is known, at least 1",
    )
    currency: str = Field(default="EUR", description="of all amounts, as people read it")
    minor_units: int = Field(
        default=100, ge=1, le=10_000, description="of the currency's unit: 100 cents, 1 for yen"
    )
    big_ratio: float = Field(
        default=2.5,
        gt=1,
        description="an amount is unusual above this many times the card's median",
    )
    big_amount: float = Field(
        default=220.0,
        gt=0,
        description="an amount above it explains a fraud, whatever the terminal",
    )


def baseline(settings: FeatureSettings) -> tuple[Kernel, ...]:
    """The 15 published inputs.

    The table has `time` (datetime64, ascending), `customer` and `terminal` (any hashable),
    `amount`, `label` (1 fraud, 0 genuine, null not known yet).
    """
    amount, delay = Money("amount", settings.minor_units), settings.label_delay_days
    of_row: list[Kernel] = [
        Column("amount", "amount of the transaction"),
        Clock("weekend", is_weekend, "1 on Saturday and Sunday"),
        Clock("night", is_night, "1 from midnight to 6:59"),
    ]
    of_customer: list[Kernel] = []
    of_terminal: list[Kernel] = []
    for days in WINDOWS_DAYS:
        of_customer += [
            Count(f"customer_count_{days}d", CUSTOMER, days),
            MeanAmount(f"customer_mean_amount_{days}d", CUSTOMER, days, amount=amount),
        ]
        of_terminal += [
            Count(f"terminal_count_{days}d", TERMINAL, days, delay),
            Risk(f"terminal_risk_{days}d", TERMINAL, days, delay, label=LABEL),
        ]
    return (*of_row, *of_customer, *of_terminal)


def of_card(settings: FeatureSettings) -> tuple[Kernel, ...]:
    """How the amount compares with the card's earlier ones, and what else was unusual of late."""
    amount, delay = Money("amount", settings.minor_units), settings.label_delay_days
    ratio = Relative(Usual(CUSTOMER, amount))
    unusual = Above(ratio, settings.big_ratio)
    return (
        Measured("amount_to_median", ratio),
        Measured("amount_to_90th", Relative(Usual(CUSTOMER, amount, 90))),
        Measured("customer_median_amount", Usual(CUSTOMER, amount)),
        Earlier("customer_history", CUSTOMER),
        Total("customer_unusual_3d", CUSTOMER, 3, value=unusual),
        Total(f"customer_unusual_{CARD_DAYS}d", CUSTOMER, CARD_DAYS, value=unusual),
        Largest(f"customer_largest_ratio_{CARD_DAYS}d", CUSTOMER, CARD_DAYS, measure=ratio),
        Count(f"customer_count_{CARD_DAYS}d", CUSTOMER, CARD_DAYS),
        Total(f"customer_frauds_{CASE_DAYS}d", CUSTOMER, CASE_DAYS, delay, value=LABEL),
    )


def of_terminal(settings: FeatureSettings) -> tuple[Kernel, ...]:
    """Whether the terminal is in a thief's hands, as far as its known labels tell."""
    amount, delay = Money("amount", settings.minor_units), settings.label_delay_days
    reasons = (
        Above(Amount(amount), settings.big_amount),
        Above(Relative(Usual(CUSTOMER, amount)), settings.big_ratio),
    )
    unexplained, genuine = Unexplained(LABEL, reasons), Label(LABEL.column, 0)
    case, memory = (TERMINAL, CASE_DAYS, delay), (TERMINAL, MEMORY_DAYS, delay)
    return (
        Count("terminal_unlabelled", TERMINAL, delay),
        Streak("terminal_streak", *memory, label=LABEL.column),
        DaysSinceLast("terminal_days_since_genuine", *memory, mark=genuine),
        DaysSinceFirst("terminal_days_since_first_unexplained", *case, mark=unexplained),
        Total(f"terminal_frauds_{CASE_DAYS}d", *case, value=LABEL),
        Count(f"terminal_count_{CASE_DAYS}d", *case),
        Total(f"terminal_unexplained_{CASE_DAYS}d", *case, value=unexplained),
        DaysSinceLast("terminal_days_since_fraud", *memory, mark=LABEL),
        DaysSinceStreak("terminal_days_since_streak", *memory, label=LABEL.column),
    )


def build(settings: FeatureSettings) -> FeatureSet:
    """All 33, the published ones first."""
    kernels = (*baseline(settings), *of_card(settings), *of_terminal(settings))
    return FeatureSet(kernels, settings.label_delay_days, LABEL.column, id="transaction_id")
