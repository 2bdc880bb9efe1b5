"""What the same entity did before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.past import Lines, Past

CARD = np.array(["a", "b", "a", "c", "a", "b", "a"])
TIME = np.arange(7).astype("datetime64[s]")
FRAME = pd.DataFrame({"amount": np.arange(7.0) + 10, "night": np.arange(7) % 2})


def past(*rows: int, frame: pd.DataFrame = FRAME, time: Any = TIME) -> Past:
    return Past(Lines(frame, CARD, time), np.array(rows), ("amount", "night"))


def test_a_window_ends_with_ones_own_row_and_holds_the_cards_rows_before_it() -> None:
    values, there = past(6, 5).windows(3)
    assert values.dtype == np.float32
    assert values[0].tolist() == [[12, 0], [14, 0], [16, 0]]
    assert there[0].all()
    assert values[1].tolist() == [[0, 0], [11, 1], [15, 1]]
    assert there[1].tolist() == [False, True, True]


def test_a_card_seen_for_the_first_time_has_only_its_own_row() -> None:
    values, there = past(3).windows(4)
    assert there.tolist() == [[False, False, False, True]]
    assert values[0, -1].tolist() == [13, 1]
    assert not values[0, :-1].any()


def test_no_later_row_is_looked_at() -> None:
    changed = FRAME.copy()
    changed.loc[5:, "amount"] = -1.0
    before = past(0, 1, 2, 3, 4).windows(5)[0]
    assert np.array_equal(past(0, 1, 2, 3, 4, frame=changed).windows(5)[0], before)


@pytest.mark.parametrize("seed", range(5))
def test_windows_are_those_of_a_literal_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, length = 60, 4
    card, time = random.integers(0, 9, rows), random.integers(0, 30, rows)
    frame = pd.DataFrame({"x": random.normal(size=rows)})
    values, there = Past(Lines(frame, card, time), np.arange(rows), ("x",)).windows(length)
    for row in range(rows):
        mine = [k for k in range(rows) if card[k] == card[row]]
        mine = [k for k in mine if (time[k], k) <= (time[row], row)]
        mine = sorted(mine, key=lambda k: (time[k], k))[-length:]
        assert there[row].sum() == len(mine)
        expected = frame["x"].to_numpy(np.float32)[mine]
        assert values[row, length - len(mine) :, 0].tolist() == expected.tolist()


def test_a_part_of_a_view_and_other_inputs_look_back_alike() -> None:
    whole = past(2, 4, 6)
    assert np.array_equal(whole.of(slice(1, None)).windows(2)[0], whole.windows(2)[0][1:])
    assert np.array_equal(whole.on(["night"]).windows(2)[0][..., 0], whole.windows(2)[0][..., 1])
