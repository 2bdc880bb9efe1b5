"""What a day shows of the simulated world."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from penstock.projects.fraud.simulator import SimulatorSettings, reveal, simulate

START = datetime.date(2018, 4, 1)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return simulate(SimulatorSettings(customers=50, terminals=100, days=20, radius=10.0))


def test_no_date_shows_everything_with_every_label(frame: pd.DataFrame) -> None:
    shown = reveal(frame, None, 7)
    assert shown["label"].dtype == "Int8"
    assert shown["label"].notna().all()
    pd.testing.assert_frame_equal(shown, frame, check_dtype=False)


def test_a_date_shows_its_own_day_whole_and_nothing_later(frame: pd.DataFrame) -> None:
    shown = reveal(frame, START + datetime.timedelta(days=9), 7)
    assert shown["time"].max() < pd.Timestamp(2018, 4, 11)
    assert len(shown) == (frame["time"] < pd.Timestamp(2018, 4, 11)).sum()
    assert shown["time"].dt.day.max() == 10


def test_a_label_is_shown_once_its_delay_has_passed_by_the_end_of_the_day(
    frame: pd.DataFrame,
) -> None:
    shown = reveal(frame, START + datetime.timedelta(days=9), 7)
    known = shown["label"].notna()
    assert (known == (shown["time"] <= pd.Timestamp(2018, 4, 4))).all()
    assert known.any()
    assert not known.all()
    assert (shown["label"][known] == frame["label"][: known.sum()]).all()


def test_a_label_due_at_midnight_sharp_is_known_and_one_second_later_is_not() -> None:
    times = pd.to_datetime(["2018-04-04 00:00:00", "2018-04-04 00:00:01"])
    frame = pd.DataFrame({"time": times, "label": [1, 1], "scenario": [2, 2]})
    shown = reveal(frame, datetime.date(2018, 4, 10), 7)
    assert shown["label"].isna().tolist() == [False, True]


def test_a_hidden_label_cannot_be_read_off_the_scenario(frame: pd.DataFrame) -> None:
    shown = reveal(frame, START + datetime.timedelta(days=9), 7)
    assert (shown["scenario"].isna() == shown["label"].isna()).all()


def test_without_delay_every_label_shown_is_known(frame: pd.DataFrame) -> None:
    assert reveal(frame, START + datetime.timedelta(days=9), 0)["label"].notna().all()


def test_a_date_before_the_first_day_shows_no_rows(frame: pd.DataFrame) -> None:
    shown = reveal(frame, START - datetime.timedelta(days=1), 7)
    assert len(shown) == 0
    assert shown["label"].dtype == "Int8"


def test_a_date_past_the_end_shows_what_is_there(frame: pd.DataFrame) -> None:
    assert len(reveal(frame, datetime.date(2030, 1, 1), 7)) == len(frame)


def test_the_frame_given_is_left_as_it_was(frame: pd.DataFrame) -> None:
    before = frame.copy()
    reveal(frame, START + datetime.timedelta(days=9), 7)
    pd.testing.assert_frame_equal(frame, before)
