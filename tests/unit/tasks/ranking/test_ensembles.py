"""Rankings made of rankings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.tasks.ranking.ensembles import EnsembleSettings, combine
from penstock.tasks.ranking.trials import ProtocolSettings

PROTOCOL = parse(
    ProtocolSettings, {"leads_on": "s", "splits": {"s": {"kind": "stratified"}}}, "protocol"
)


def evidence(*rows: tuple[int, int, float], fold: int = 0) -> pd.DataFrame:
    """Of (user, item, z), ranked by z."""
    frame = pd.DataFrame(rows, columns=["user", "item", "z"])
    frame = frame.sort_values(["user", "z"], ascending=[True, False], ignore_index=True)
    rank = frame.groupby("user").cumcount() + 1
    return frame.assign(
        unit_id=frame["user"], rank=rank.astype("Int32"), score=frame["z"], split="s", fold=fold
    )


def listed(made: pd.DataFrame, user: int) -> list[tuple[int, float]]:
    mine = made[made["user"] == user].sort_values("rank")
    assert mine["rank"].tolist() == list(range(1, len(mine) + 1))
    return [
        (int(item), float(score)) for item, score in zip(mine["item"], mine["score"], strict=True)
    ]


def fuse(*members: pd.DataFrame) -> pd.DataFrame:
    return combine(members, EnsembleSettings(), Dataset(), PROTOCOL)


def test_items_go_by_the_mean_of_their_z() -> None:
    one = evidence((1, 10, 3.0), (1, 11, 2.0), (1, 12, 1.0))
    two = evidence((1, 12, 5.0), (1, 10, 2.0), (1, 11, 1.0))
    assert listed(fuse(one, two), 1) == [(12, 3.0), (10, 2.5), (11, 1.5)]


def test_an_item_that_a_member_does_not_list_counts_as_its_last() -> None:
    one = evidence((1, 10, 3.0), (1, 11, 2.0))
    two = evidence((1, 12, 5.0), (1, 10, 2.0))
    assert listed(fuse(one, two), 1) == [(12, 3.5), (10, 2.5)]


def test_a_tie_goes_to_the_item_with_the_smaller_id() -> None:
    one = evidence((1, 10, 1.0), (1, 9, 2.0))
    two = evidence((1, 10, 2.0), (1, 9, 1.0))
    assert [item for item, _ in listed(fuse(one, two), 1)] == [9, 10]


def test_a_user_whom_one_member_does_not_serve_gets_the_others_ranking() -> None:
    one = evidence((1, 10, 3.0), (1, 11, 2.0))
    two = evidence((1, 10, 1.0), (1, 11, 2.0), (2, 10, 1.0), (2, 11, 2.0))
    assert listed(fuse(one, two), 2) == [(11, 2.0), (10, 1.0)]


def test_folds_are_not_mixed_and_values_left_out() -> None:
    one = pd.concat([evidence((1, 10, 1.0)), evidence((1, 10, 9.0), fold=1)])
    asked: Any = {"rank": pd.array([pd.NA], dtype="Int32"), "z": np.float32(0), "score": 4.0}
    value = evidence((1, 99, 0.0)).assign(**asked)
    two = pd.concat([evidence((1, 10, 3.0)), evidence((1, 10, 1.0), fold=1), value])
    made = fuse(one, two)
    assert made[["fold", "item", "score"]].to_numpy().tolist() == [[0, 10, 2.0], [1, 10, 5.0]]
