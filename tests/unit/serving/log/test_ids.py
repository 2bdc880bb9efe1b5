"""Ids of predictions: they sort, they know their day, no two are the same."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.serving.log.ids import day_of, is_id, new_id

MOMENTS = st.integers(0, 250_000_000_000_000_000)  # until the year 9892


@given(MOMENTS, MOMENTS)
def test_ids_sort_as_their_moments_do(one: int, other: int) -> None:
    first, second = sorted([one, other])
    if second > first:
        assert new_id(first) < new_id(second)


@given(MOMENTS)
def test_an_id_is_a_uuid_of_version_7_that_knows_its_day(at: int) -> None:
    made = new_id(at)
    known = uuid.UUID(made)
    assert (known.version, known.variant, str(known)) == (7, uuid.RFC_4122, made)
    assert is_id(made)
    assert day_of(made) == datetime.fromtimestamp(at // 1_000_000, UTC).date()


def test_ids_of_one_moment_differ() -> None:
    assert len({new_id(1) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fraud",
        "01A1EE56-5E7B-774B-927F-5FFF5215E0E0",
        "01a1ee56-5e7b-774b-927f-5fff5215e0e",
        str(uuid.UUID(int=7, version=4)),
    ],
)
def test_what_is_no_id_is_told_apart(text: str) -> None:
    assert not is_id(text)
