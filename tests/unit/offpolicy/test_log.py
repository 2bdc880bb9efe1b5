from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from penstock.offpolicy.errors import UnfitLog
from penstock.offpolicy.log import Log
from tests.unit.offpolicy.simulated import simulate


def test_a_log_has_as_many_rounds_as_were_played() -> None:
    assert len(simulate(30, 0)[0]) == 30


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"action": np.array([], dtype=int)}, "one round or more"),
        ({"action": np.array([0.0, 1.0])}, "whole numbers from 0"),
        ({"action": np.array([0, -1])}, "whole numbers from 0"),
        ({"reward": np.array([1.0])}, "2 rounds, found 1"),
        ({"reward": np.array([1.0, np.nan])}, "nan in round 1"),
        ({"propensity": np.array([0.0, 0.5])}, r"chances in \(0, 1\], found 0.0 in round 0"),
        ({"propensity": np.array([0.5, 1.5])}, "1.5 in round 1"),
        ({"unit": np.array([1])}, "2 rounds"),
        ({"choices": np.array([[0.5, 0.4], [0.5, 0.5]])}, "a sum of 0.9 in round 0"),
        ({"choices": np.array([[1.0], [1.0]])}, "2 actions or more"),
        ({"choices": np.array([[0.4, 0.6], [0.5, 0.5]])}, "that of `choices`, found 0.5 in round"),
    ],
)
def test_a_log_that_cannot_be_is_refused(change: dict[str, np.ndarray], said: str) -> None:
    log = Log(np.array([0, 1]), np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    with pytest.raises(UnfitLog, match=rf"(?s){said}.*\n  fix: "):
        replace(log, **change)
