from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from penstock.core.errors import ModelFileError
from penstock.scoring.trees import check_tree

FILE = Path("models/fraud/tree/model/model.skops")


def grown() -> Any:
    rows = np.random.default_rng(0).normal(size=(200, 3))
    return DecisionTreeClassifier(max_depth=3).fit(rows, (rows[:, 0] > rows[:, 1]).astype(int))


def with_node(field: str, node: int, value: int) -> Any:
    tree = grown().tree_
    state = tree.__getstate__()
    state["nodes"][field][node] = value
    tree.__setstate__(state)
    return tree


def test_a_tree_that_was_grown_passes() -> None:
    check_tree(grown().tree_, 3, FILE)
    check_tree(DecisionTreeClassifier().fit([[0.0], [1.0]], [1, 1]).tree_, 1, FILE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("left_child", 10**9),
        ("right_child", -7),
        ("left_child", 0),
        ("right_child", -1),
        ("feature", 3),
        ("feature", -5),
    ],
)
def test_a_node_that_points_outside_or_back_is_refused(field: str, value: int) -> None:
    with pytest.raises(ModelFileError, match="lead nowhere or read beyond 3 inputs"):
        check_tree(with_node(field, 0, value), 3, FILE)


def test_a_tree_on_more_inputs_than_the_model_has_is_refused() -> None:
    with pytest.raises(ModelFileError):
        check_tree(grown().tree_, 2, FILE)
