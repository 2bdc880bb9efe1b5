from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.scratch.errors import ShapeError
from penstock.scratch.nn import initialisers as of

INIT = torch.nn.init
PAIRS = [
    (of.xavier_uniform, INIT.xavier_uniform_),
    (of.xavier_normal, INIT.xavier_normal_),
    (of.he_uniform, lambda w: INIT.kaiming_uniform_(w, nonlinearity="relu")),
    (of.he_normal, lambda w: INIT.kaiming_normal_(w, nonlinearity="relu")),
    (of.lecun_uniform, lambda w: INIT.kaiming_uniform_(w, a=5**0.5)),
    (of.orthogonal, INIT.orthogonal_),
]


@pytest.mark.curriculum("N08")
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("shape", [(200, 300), (40, 30, 5, 5)])
def test_weights_begin_with_torchs_moments(ours, theirs, shape) -> None:  # type: ignore[no-untyped-def]
    w = ours(shape, np.random.default_rng(0))
    torch.manual_seed(0)
    t = theirs(torch.empty(shape, dtype=torch.float64)).numpy()
    assert w.shape == shape
    # A mean of n draws lies within 5 deviations / √n, their variance within 5·√(2/n) of itself.
    assert abs(w.mean()) < 5 * w.std() / w.size**0.5
    assert w.var() == pytest.approx(t.var(), rel=10 * (2 / w.size) ** 0.5)
    assert abs(w).max() == pytest.approx(abs(t).max(), rel=0.3)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 2, 3, 3)])
def test_orthogonal_weights_keep_lengths(shape: tuple[int, ...]) -> None:
    w = of.orthogonal(shape, np.random.default_rng(0)).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)


def test_a_weight_of_one_axis_has_no_fans() -> None:
    with pytest.raises(ShapeError, match="two axes"):
        of.xavier_uniform((3,), np.random.default_rng(0))
