"""The server for longer: 5,000 cases, a minute of overload, ten minutes at half load."""

from __future__ import annotations

from pathlib import Path

from tests.serving_trials import (
    MEGABYTE,
    obeys_its_own_description,
    sheds_and_recovers,
    stays_flat,
    swaps_under_load,
)


def test_five_thousand_cases_find_nothing_that_is_not_described(tmp_path: Path) -> None:
    obeys_its_own_description(tmp_path, cases=1800)


def test_a_hundred_champions_come_and_go_under_load(tmp_path: Path) -> None:
    swaps_under_load(tmp_path, swaps=100)


def test_a_minute_of_overload_is_shed(tmp_path: Path) -> None:
    sheds_and_recovers(tmp_path, seconds=60.0)


def test_memory_stays_flat_for_ten_minutes_at_half_load(tmp_path: Path) -> None:
    stays_flat(tmp_path, seconds=600.0, allowed=16 * MEGABYTE)
