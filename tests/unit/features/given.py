"""Few rows of few entities at edges of windows, and a set with a kernel of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from penstock.features.clock import DAY, is_night
from penstock.features.featureset import FeatureSet
from penstock.features.measures import Amount, Relative, Usual
from penstock.features.of_labels import DaysSinceFirst, DaysSinceLast, DaysSinceStreak, Streak
from penstock.features.of_row import Clock, Column, Measured
from penstock.features.of_window import Count, Earlier, Largest, MeanAmount, Risk, Total
from penstock.features.values import Above, Label, Money, Unexplained

DELAY = 7
DAYS = (1, 7, 30)
MONEY, LABEL = Money("amount"), Label("label")
MEDIAN = Usual("card", MONEY)
RATIO = Relative(MEDIAN)
ODD = Unexplained(LABEL, (Above(Amount(MONEY), 60_000.0), Above(RATIO, 1.5)))

OF_WINDOWS = FeatureSet(
    tuple(
        kernel
        for days in DAYS
        for kernel in (
            Count(f"card_count_{days}", "card", days),
            MeanAmount(f"card_mean_{days}", "card", days, amount=MONEY),
            Count(f"shop_count_{days}", "shop", days, DELAY),
            Risk(f"shop_risk_{days}", "shop", days, DELAY, label=LABEL),
        )
    ),
    DELAY,
)
OF_PAST = FeatureSet(
    (
        Column("amount", "the amount"),
        Clock("night", is_night, "1 at night"),
        Measured("median", MEDIAN),
        Measured("ratio", RATIO),
        Measured("tenth", Usual("card", MONEY, 10)),
        Earlier("earlier", "card"),
        Total("big", "card", 3, value=Above(RATIO, 1.5)),
        Largest("largest", "card", 14, measure=RATIO),
        Total("frauds", "shop", 28, DELAY, value=LABEL),
        Total("odd", "shop", 28, DELAY, value=ODD),
        Streak("streak", "shop", 28, DELAY, label="label"),
        DaysSinceStreak("since_streak", "shop", 28, DELAY, label="label"),
        DaysSinceLast("since_genuine", "shop", 28, DELAY, mark=Label("label", 0)),
        DaysSinceLast("since_fraud", "shop", 28, DELAY, mark=LABEL),
        DaysSinceFirst("since_odd", "shop", 28, DELAY, mark=ODD),
    ),
    DELAY,
)

Row = tuple[int, int, int, int, int | None]

# Half days and a microsecond more or less: ties, and rows that lie exactly on a window's edge.
ROWS = st.lists(
    st.tuples(
        st.builds(lambda half, odd: half * DAY // 2 + odd, st.integers(0, 90), st.integers(-1, 1)),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 10**7),
        st.sampled_from([0, 1, None]),
    ),
    min_size=1,
    max_size=40,
)


def frame(rows: list[Row]) -> pd.DataFrame:
    times, cards, shops, cents, labels = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return pd.DataFrame(
        {
            "id": np.arange(len(times)),
            "time": np.array(times, "datetime64[us]"),
            "card": np.array(cards),
            "shop": np.array(shops),
            "amount": np.array(cents) / 100,
            "label": pd.array(labels, dtype="Int8"),
        }
    )


def streamed(features: FeatureSet, table: pd.DataFrame, delay: int = DELAY) -> pd.DataFrame:
    """The features row by row; each known label is told when it is `delay` days old."""
    stream = features.stream()
    told = 0
    vectors = []
    rows: list[dict[str, Any]] = table.to_dict("records")
    for row in rows:
        while told < len(rows) and rows[told]["time"] <= row["time"] - pd.Timedelta(days=delay):
            old = rows[told]
            if not pd.isna(old["label"]):
                stream.learn(old | {"known_at": old["time"] + pd.Timedelta(days=delay)})
            told += 1
        vectors.append(stream.update({name: row[name] for name in row if name != "label"}))
    made = pd.DataFrame(np.array(vectors).reshape(-1, len(features.names)), columns=features.names)
    return made.astype(features.dtypes)
