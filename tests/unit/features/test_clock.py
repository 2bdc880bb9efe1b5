from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.features.clock import is_night, is_weekend, microseconds

TIMES = pd.Series(pd.date_range("1969-12-20", "2024-03-05", freq="7h13min").as_unit("us"))


def test_weekend_is_saturday_and_sunday_before_1970_too() -> None:
    ours = is_weekend(TIMES.to_numpy().astype(np.int64))
    assert (ours == (TIMES.dt.weekday >= 5)).all()


def test_night_ends_at_seven() -> None:
    ours = is_night(TIMES.to_numpy().astype(np.int64))
    assert (ours == (TIMES.dt.hour <= 6)).all()


def test_one_moment_gives_what_a_column_gives() -> None:
    times = TIMES.to_numpy().astype(np.int64)
    assert [is_weekend(int(time)) for time in times] == is_weekend(times).tolist()
    assert [is_night(int(time)) for time in times] == is_night(times).tolist()


def test_a_datetime_is_the_microseconds_that_a_column_holds() -> None:
    times = TIMES.to_numpy().astype(np.int64)
    assert [microseconds(time) for time in TIMES.dt.to_pydatetime()] == times.tolist()
    assert [microseconds(time) for time in times] == times.tolist()
