"""States made of a table at once, against those of a stream that was told its rows."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings

from penstock.features.featureset import FeatureSet
from penstock.features.from_table import kept_of_table
from tests.unit.features.given import DELAY, OF_PAST, OF_WINDOWS, ROWS, Row, frame

BOTH = FeatureSet((*OF_WINDOWS.kernels, *OF_PAST.kernels), DELAY)


@given(ROWS)
@settings(deadline=None)
def test_states_of_a_table_are_those_of_a_stream_to_the_byte(rows: list[Row]) -> None:
    table = frame(rows)
    stream = BOTH.stream()
    told = table.to_dict("records")
    for row in told:
        stream.update({name: row[name] for name in row if name != "label"})
    for row in told:
        if not pd.isna(row["label"]):
            stream.learn(row | {"known_at": row["time"] + pd.Timedelta(days=DELAY)})
    made = {(name, key): kept.to_bytes() for name, key, kept in kept_of_table(BOTH, table)}
    assert made == {
        (name, key): stream.state(name, key)
        for name in ("card", "shop")
        for key in set(table[name].tolist())
    }


def test_a_stream_over_states_of_a_table_goes_on_where_it_ended() -> None:
    table = frame([(number * 10**11, number % 3, number % 2, number, 0) for number in range(60)])
    stream = BOTH.stream()
    for name, key, kept in kept_of_table(BOTH, table.iloc[:40]):
        stream.entities.change(name, key, kept)
    expected = BOTH.batch(table).to_numpy("float64")
    for row in table.to_dict("records")[40:]:
        told = stream.update({name: row[name] for name in row if name != "label"})
        assert told.tobytes() == expected[row["id"]].tobytes()
        stream.learn(row | {"known_at": row["time"] + pd.Timedelta(days=DELAY)})
