"""Entities and arms: the same entity the same arm, in the shares that were asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from penstock.serving.rollout.shares import Shares
from tests.predictions import ORIGIN, Sums

CHAMPION, CHALLENGER = Sums(ORIGIN, 0.0), Sums(ORIGIN, 1.0)
SHARES = st.floats(0, 1)


def share_of(share: float, experiment: str = "1") -> Shares:
    return Shares(CHAMPION, CHALLENGER, share, experiment)


@given(st.text(), SHARES, st.text(min_size=1))
def test_the_same_entity_has_the_same_arm(entity: str, share: float, experiment: str) -> None:
    arm = share_of(share, experiment).choose(entity)
    assert arm == share_of(share, experiment).choose(entity)
    assert arm in ((CHAMPION, "champion"), (CHALLENGER, "challenger"))


@given(st.text(), SHARES, SHARES)
def test_a_larger_share_takes_nobody_from_the_challenger(
    entity: str, one: float, other: float
) -> None:
    small, large = sorted([one, other])
    if share_of(small).choose(entity)[1] == "challenger":
        assert share_of(large).choose(entity)[1] == "challenger"


@given(st.text())
def test_no_share_is_nobody_and_the_whole_is_everybody(entity: str) -> None:
    assert share_of(0.0).choose(entity) == (CHAMPION, "champion")
    assert share_of(1.0).choose(entity) == (CHALLENGER, "challenger")
    assert Shares(CHAMPION, None, 1.0, "1").choose(entity) == (CHAMPION, "champion")


def test_shares_come_out_as_asked_and_experiments_deal_independently() -> None:
    entities = [str(number) for number in range(20_000)]
    first = {name for name in entities if share_of(0.1).choose(name)[1] == "challenger"}
    second = {name for name in entities if share_of(0.1, "2").choose(name)[1] == "challenger"}
    # 5 standard deviations of a binomial, and of the overlap of two that know nothing of another
    assert abs(len(first) - 2000) < 5 * 42.5 and abs(len(second) - 2000) < 5 * 42.5
    assert abs(len(first & second) - 200) < 5 * 14.1


def test_the_deal_is_the_same_on_every_machine_and_in_every_release() -> None:
    arms = [share_of(0.5).choose(str(number))[1] for number in range(12)]
    assert [number for number in range(12) if arms[number] == "challenger"] == [3, 4, 7, 10]
