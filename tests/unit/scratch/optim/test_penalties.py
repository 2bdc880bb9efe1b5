from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.scratch.errors import SettingError
from penstock.scratch.nn.module import Parameter
from penstock.scratch.optim.penalties import l1, l2
from penstock.scratch.optim.sgd import SGD
from tests.unit.scratch.against_torch import agree, numbers


@pytest.mark.curriculum("N20")
def test_penalties_and_their_gradients_are_torchs() -> None:
    given = numbers(0, 3, 2), numbers(1, 4)
    agree(lambda *w: l1(w, 0.3), lambda *w: 0.3 * sum(one.abs().sum() for one in w), *given)
    agree(lambda *w: l2(w, 0.3), lambda *w: 0.15 * sum((one**2).sum() for one in w), *given)


@pytest.mark.curriculum("N20")
def test_an_l2_penalty_is_torchs_weight_decay() -> None:
    w, t = Parameter(numbers(0, 4)), torch.nn.Parameter(torch.from_numpy(numbers(0, 4)))
    ours, theirs = SGD([w], 0.1), torch.optim.SGD([t], 0.1, weight_decay=0.5)
    for _ in range(20):
        ours.zero_grad()
        theirs.zero_grad()
        ((w**3).sum() * 0.1 + l2([w], 0.5)).backward()
        ((t**3).sum() * 0.1).backward()
        ours.step()
        theirs.step()
    np.testing.assert_allclose(w.data, t.detach().numpy(), rtol=1e-12)


@pytest.mark.curriculum("N20")
def test_l1_puts_idle_weights_to_zero_and_l2_only_shrinks_them() -> None:
    x = numbers(0, 200, 20)
    target = x[:, :3] @ np.array([[2.0], [-3.0], [1.5]]) + numbers(1, 200, 1)

    def learnt(penalty) -> np.ndarray:  # type: ignore[no-untyped-def]
        w = Parameter(np.zeros((20, 1)))
        optimizer = SGD([w], 0.02)
        for _ in range(300):
            optimizer.zero_grad()
            off = x @ w - target
            ((off * off).mean() + penalty([w], 0.2)).backward()
            optimizer.step()
        return np.abs(w.data[3:])

    # Where a weight's pull is below the penalty's, it swings about 0 by one step's length.
    assert (learnt(l1) < 0.02 * 0.2).sum() > 10 > 3 > (learnt(l2) < 0.02 * 0.2).sum()


def test_a_penalty_on_nothing_is_refused() -> None:
    with pytest.raises(SettingError, match="one weight at least"):
        l1([], 1)
