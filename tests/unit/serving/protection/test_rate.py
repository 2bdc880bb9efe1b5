"""So many in the long run, a few more at once."""

from __future__ import annotations

import pytest

from penstock.serving.protection.rate import Bucket, Rates
from penstock.serving.settings import Rate


def test_a_burst_then_the_rate() -> None:
    bucket = Bucket(10.0, 3.0, 0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0.0) == pytest.approx(0.1)
    assert bucket.take(0.1) == 0
    assert bucket.take(0.1) > 0
    taken = sum(bucket.take(0.2 + step / 1000) == 0 for step in range(10_000))
    assert taken == pytest.approx(100, abs=2)


def test_a_pause_saves_up_a_burst_and_no_more() -> None:
    bucket = Bucket(10.0, 3.0, 0.0)
    assert [bucket.take(1e6) == 0 for _ in range(4)] == [True, True, True, False]


def test_each_key_has_its_own_bucket_and_may_have_its_own_rate() -> None:
    rates = Rates(Rate(per_second=1.0, burst=1))
    assert rates.take("a", None, 0.0) == 0 and rates.take("a", None, 0.0) > 0
    assert rates.take("b", 100.0, 0.0) == 0 and rates.take("b", 100.0, 0.0) == 0
    rates.keep({"b"})
    assert rates.take("a", None, 0.0) == 0  # forgotten: as good as new
