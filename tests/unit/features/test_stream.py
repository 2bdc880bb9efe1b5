"""Event by event, bit for bit what a batch gives; and what is kept between events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.features.clock import DAY
from penstock.features.errors import ColumnUnfit, EventLate, MissingColumn, StateUnfit
from penstock.features.featureset import FeatureSet
from penstock.features.of_labels import Streak
from penstock.features.of_window import Count
from tests.unit.features.given import DELAY, OF_PAST, OF_WINDOWS, ROWS, Row, frame, streamed

BOTH = FeatureSet((*OF_WINDOWS.kernels, *OF_PAST.kernels), DELAY)
SHOP = FeatureSet((Streak("streak", "shop", 3, 1, label="label"),), 1)


def event(number: int, time: int, **other: object) -> dict[str, Any]:
    return {"id": number, "time": time, "card": 1, "shop": 1, "amount": 5.0, **other}


def label(number: int, known_at: int, label: int = 1) -> dict[str, Any]:
    return {"id": number, "card": 1, "shop": 1, "label": label, "known_at": known_at}


@given(ROWS)
@settings(deadline=None)
def test_a_stream_gives_what_a_batch_gives(rows: list[Row]) -> None:
    table = frame(rows)
    pd.testing.assert_frame_equal(streamed(BOTH, table), BOTH.batch(table), check_exact=True)


def test_many_rows_of_one_entity_make_room_and_let_go_of_old_ones() -> None:
    random = np.random.default_rng(0)
    days = np.sort(random.uniform(0, 120, 900)) * DAY
    rows = [
        (int(time), 0, int(shop), int(cents), int(fraud))
        for time, shop, cents, fraud in zip(
            days,
            random.integers(0, 2, 900),
            random.integers(0, 10**6, 900),
            random.integers(0, 2, 900),
            strict=True,
        )
    ]
    table = frame(rows)
    pd.testing.assert_frame_equal(streamed(BOTH, table), BOTH.batch(table), check_exact=True)


@given(ROWS, st.integers(0, 40))
@settings(deadline=None)
def test_states_that_were_put_away_go_on_as_if_nothing_had_been(rows: list[Row], cut: int) -> None:
    table = frame(rows)
    events = table.drop(columns="label").to_dict("records")
    whole, first, second = BOTH.stream(), BOTH.stream(), BOTH.stream()
    for number, one in enumerate(events):
        expected = whole.update(one)
        if number < cut:
            first.update(one)
            continue
        for entity in ("card", "shop"):
            second.restore(entity, one[entity], first.state(entity, one[entity]))
        made = second.update(one)
        assert made.tobytes() == expected.tobytes()
        for entity in ("card", "shop"):
            first.restore(entity, one[entity], second.state(entity, one[entity]))
            assert first.state(entity, one[entity]) == whole.state(entity, one[entity])


def test_a_label_counts_once_it_is_known_and_its_row_is_old_enough() -> None:
    stream = SHOP.stream()
    stream.update(event(0, 0))
    assert stream.learn(label(0, known_at=DAY // 2))
    assert stream.update(event(1, DAY - 1)).tolist() == [0]  # known, yet too young
    assert stream.update(event(2, DAY)).tolist() == [1]
    assert stream.learn(label(1, known_at=3 * DAY))
    assert stream.update(event(3, 3 * DAY - 1)).tolist() == [1]  # old enough, not known yet
    assert stream.update(event(4, 3 * DAY)).tolist() == [2]


def test_a_label_that_is_corrected_counts_as_it_is_now() -> None:
    stream = SHOP.stream()
    stream.update(event(0, 0))
    stream.learn(label(0, known_at=DAY))
    stream.learn(label(0, known_at=DAY, label=0))
    assert stream.update(event(1, 2 * DAY)).tolist() == [0]


def test_a_label_that_is_neither_yes_nor_no_is_refused() -> None:
    stream = SHOP.stream()
    stream.update(event(0, 0))
    with pytest.raises(ColumnUnfit, match="column 'label': expected 0 or 1, found 2"):
        stream.learn(label(0, known_at=DAY, label=2))


def test_a_label_of_a_row_that_no_window_reaches_is_let_go() -> None:
    stream = SHOP.stream()
    stream.update(event(0, 0))
    stream.update(event(1, 5 * DAY))
    assert not stream.learn(label(0, known_at=5 * DAY))
    assert not stream.learn(label(7, known_at=5 * DAY))
    assert stream.learn(label(1, known_at=6 * DAY))


def test_times_are_datetimes_or_microseconds() -> None:
    day = datetime(2024, 2, 29, 12, 30, 1, 7)
    for time in (day, pd.Timestamp(day), int(pd.Timestamp(day).value // 1000)):
        stream = BOTH.stream()
        stream.update(event(0, time))
        assert stream.state("card", 1)[24:32] == (1709209801000007).to_bytes(8, "little")


def test_an_event_before_the_last_of_its_entity_is_refused_and_changes_nothing() -> None:
    stream = BOTH.stream()
    stream.update(event(0, DAY))
    kept = stream.state("shop", 1)
    with pytest.raises(EventLate, match="shop 1: an event at 5 came after one at 86400000000"):
        stream.update(event(1, 5, card=2))
    assert stream.state("shop", 1) == kept
    assert stream.update(event(2, 5, card=2, shop=2))[BOTH.names.index("card_count_1")] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount": float("nan")}, "expected a finite amount of money, found nan"),
        ({"amount": "much"}, "expected a finite amount of money, found 'much'"),
        ({"amount": 1e300}, "found 1e[+]300"),
        ({"id": 2**63}, "column 'id': expected a whole number, found 9223372036854775808"),
        ({"card": -(2**63)}, "column 'card': expected an entity, found -9223372036854775808"),
        ({"time": 2**62}, "column 'time': expected a datetime without a time zone"),
        ({"id": "a7"}, "column 'id': expected a whole number, found 'a7'"),
        ({"card": None}, "column 'card': expected an entity, found None"),
        ({"shop": float("nan")}, "column 'shop': expected an entity, found nan"),
        ({"shop": [1]}, r"column 'shop': expected an entity, found \[1\]"),
        ({"time": pd.NaT}, "column 'time': expected a datetime without .* found NaT"),
        ({"time": "noon"}, "column 'time': expected a datetime without a time zone.* found 'noon'"),
        ({"time": pd.Timestamp("2024-01-01", tz="UTC")}, "column 'time': expected a datetime"),
    ],
)
def test_an_event_that_holds_what_it_cannot_is_not_kept(
    change: dict[str, object], message: str
) -> None:
    stream = BOTH.stream()
    with pytest.raises(ColumnUnfit, match=message):
        stream.update(event(0, 0) | change)
    assert stream.update(event(1, 0))[BOTH.names.index("earlier")] == 0


@pytest.mark.parametrize("name", ["id", "time", "shop", "amount"])
def test_an_event_without_a_column_names_it(name: str) -> None:
    lacking = {column: value for column, value in event(0, 0).items() if column != name}
    with pytest.raises(MissingColumn, match=f"column '{name}'"):
        BOTH.stream().update(lacking)


def test_the_state_of_another_set_is_refused() -> None:
    stream, other = BOTH.stream(), FeatureSet((Count("n", "card", 9),), DELAY).stream()
    stream.update(event(0, 0))
    state = stream.state("card", 1)
    with pytest.raises(StateUnfit, match="of another feature set"):
        other.restore("card", 1, state)
    with pytest.raises(StateUnfit, match=r"bytes, expected"):
        stream.restore("card", 1, state[:-8])
    with pytest.raises(StateUnfit, match="of another feature set"):
        stream.restore("card", 1, b"")
