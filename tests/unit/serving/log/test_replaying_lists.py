"""A list again: the same items in the same order with the same bits, or a plain no."""

from __future__ import annotations

import numpy as np
import pytest

from penstock.serving.log.listed import Place, read_listed
from penstock.serving.log.replaying_lists import replay_list
from tests.predictions import make_list

FIRST, SECOND = read_listed(make_list().listed).items


def test_the_same_items_with_the_same_scores_are_equal() -> None:
    told = replay_list(make_list(), lambda one: read_listed(one.listed).items)
    assert told["equal"] and told["says"].startswith("equal: 2 items")
    assert told["logged"] == told["again"]


@pytest.mark.parametrize(
    ("again", "says"),
    [
        ((SECOND, FIRST), "place 1 of 2: logged 50 at 0.30000000000000004 (model), now b at 0.25"),
        ((FIRST,), "place 2 of 2: logged b at 0.25 (content), now nothing"),
        ((FIRST, SECOND, SECOND), "place 3 of 2: logged nothing, now b"),
        ((FIRST, Place("b", float(np.nextafter(0.25, 1)), "content")), "place 2"),
        ((FIRST, Place("b", 0.25, "trending")), "now b at 0.25 (trending)"),
        ((Place("50", FIRST.score, "model"), SECOND), "place 1"),
        ((), "now nothing"),
    ],
)
def test_anything_else_is_not(again: tuple[Place, ...], says: str) -> None:
    told = replay_list(make_list(), lambda one: again)
    assert not told["equal"]
    assert told["says"].startswith("not equal: ") and says in told["says"]
