from __future__ import annotations

import numpy as np
import pytest

from penstock.scratch.ensemble.forest import RandomForestClassifier
from penstock.scratch.errors import ShapeError
from penstock.scratch.trees.packed import pack, unpack
from tests.unit.scratch.against_sklearn import blobs


def test_trees_come_out_as_they_went_in() -> None:
    x, y = blobs(0, 200, 3, 3)
    trees = RandomForestClassifier(4, random_state=0).fit(x, y).trees_
    again = unpack(pack(trees), 3)
    assert len(again) == 4
    for one, other in zip(trees, again, strict=True):
        assert (one.predict(x) == other.predict(x)).all()
        assert (one.decreases(3) == other.decreases(3)).all()


def test_trees_that_lead_nowhere_are_refused() -> None:
    x, y = blobs(0, 200, 3, 3)
    arrays = pack(RandomForestClassifier(4, random_state=0).fit(x, y).trees_)
    back = arrays["left"].copy()
    back[int(np.flatnonzero(back > 0)[-1])] = 0
    for wrong in (
        arrays | {"left": back},  # around for ever
        arrays | {"feature": arrays["feature"] + 2},
        arrays | {"nodes": arrays["nodes"][:-1]},
        arrays | {"threshold": arrays["threshold"].astype(np.float32)},
        arrays | {"value": arrays["value"][:-1]},
        {"feature": arrays["feature"]},
    ):
        with pytest.raises(ShapeError, match="trees: expected"):
            unpack(wrong, 3)
