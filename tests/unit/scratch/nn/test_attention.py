from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError, ShapeError
from penstock.scratch.nn.attention import causal_mask, padding_mask, scaled_dot_product
from penstock.scratch.nn.dropout import Dropout
from penstock.scratch.nn.multi_head import MultiHeadAttention
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds, sides


def some_mask(seed: int, *shape: int) -> np.ndarray:
    mask = numbers(seed, *shape) > 0
    mask[..., 0] = True
    return mask


@pytest.mark.curriculum("S12")
@drawn
@given(lead=st.lists(sides, min_size=1, max_size=2), t=sides, s=sides, d=sides, e=sides, seed=seeds)
def test_scaled_dot_products_are_torchs_with_and_without_a_mask(
    lead: list[int], t: int, s: int, d: int, e: int, seed: int
) -> None:
    given_three = [
        numbers(seed + i, *lead, *shape) for i, shape in enumerate([(t, d), (s, d), (s, e)])
    ]
    mask = some_mask(seed, t, s)
    agree(lambda *qkv: scaled_dot_product(*qkv)[0], F.scaled_dot_product_attention, *given_three)
    agree(
        lambda *qkv: scaled_dot_product(*qkv, mask)[0],
        lambda *qkv: F.scaled_dot_product_attention(*qkv, torch.from_numpy(mask)),
        *given_three,
    )


@pytest.mark.curriculum("S13")
@pytest.mark.curriculum("S14")
@drawn
@given(n=sides, t=sides, s=sides, heads=st.integers(1, 3), each=st.integers(1, 3), seed=seeds)
def test_many_heads_are_torchs_on_one_sequence_and_across_two(
    n: int, t: int, s: int, heads: int, each: int, seed: int
) -> None:
    width = heads * each
    net = MultiHeadAttention(width, heads, np.random.default_rng(seed))
    net.in_proj_bias.data[...] = numbers(seed, 3 * width)
    twin = torch.nn.MultiheadAttention(width, heads, batch_first=True)

    def theirs(query, key=None, value=None, mask=None):  # type: ignore[no-untyped-def]
        key = query if key is None else key
        value = key if value is None else value
        hidden = None if mask is None else torch.from_numpy(~mask)
        return twin(query, key, value, attn_mask=hidden, average_attn_weights=False)

    one, other = numbers(seed, n, t, width), numbers(seed + 1, n, s, width)
    agree(net, theirs, one, copied=(net, twin))
    agree(net, theirs, one, other, copied=(net, twin))
    agree(net, theirs, one, other, numbers(seed + 2, n, s, width), copied=(net, twin))
    mask = some_mask(seed, t, s)
    agree(
        lambda q, k: net(q, k, None, mask),
        lambda q, k: theirs(q, k, None, mask),
        one,
        other,
        copied=(net, twin),
    )


def test_weights_are_shares_and_masked_places_get_none() -> None:
    x = Tensor(numbers(0, 2, 5, 4))
    _, weights = MultiHeadAttention(4, 2, np.random.default_rng(0))(x, mask=causal_mask(5))
    np.testing.assert_allclose(weights.data.sum(axis=-1), 1)
    assert not np.triu(weights.data, 1).any()


def test_what_comes_later_changes_nothing_behind_a_causal_mask() -> None:
    net = MultiHeadAttention(4, 2, np.random.default_rng(0))
    x = numbers(0, 1, 5, 4)
    before = net(Tensor(x), mask=causal_mask(5))[0].data
    x[:, 3:] += 10
    after = net(Tensor(x), mask=causal_mask(5))[0].data
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert not np.allclose(before[:, 3:], after[:, 3:])


def test_padding_changes_nothing_behind_its_mask() -> None:
    net = MultiHeadAttention(4, 2, np.random.default_rng(0))
    x = numbers(0, 2, 5, 4)
    mask = padding_mask(np.array([3, 5]), 5)
    before = net(Tensor(x), mask=mask)[0].data
    x[0, 3:] = 99
    after = net(Tensor(x), mask=mask)[0].data
    np.testing.assert_allclose(before[0, :3], after[0, :3])
    np.testing.assert_allclose(before[1], after[1])


def test_dropout_acts_on_the_weights() -> None:
    x = Tensor(numbers(0, 1, 6, 4))
    _, weights = scaled_dot_product(x, x, x, dropout=Dropout(0.5, np.random.default_rng(0)))
    assert (weights.data == 0).any()
    net = MultiHeadAttention(4, 2, np.random.default_rng(0), dropout=0.5)
    assert (net(x)[1].data == 0).any() and not (net.eval()(x)[1].data == 0).any()


def test_what_cannot_be_answered_is_refused() -> None:
    x, y = Tensor(numbers(0, 2, 3, 4)), Tensor(numbers(0, 2, 3, 5))
    with pytest.raises(ShapeError, match="attention"):
        scaled_dot_product(x, y, y)
    with pytest.raises(SettingError, match="one place at least"):
        scaled_dot_product(x, x, x, np.zeros((3, 3), bool))
    with pytest.raises(SettingError, match="3 heads of a width of 4"):
        MultiHeadAttention(4, 3, np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"\(N, length, 4\), got \(2, 3, 5\)"):
        MultiHeadAttention(4, 2, np.random.default_rng(0))(y)
    with pytest.raises(SettingError, match="lengths from 1 to 3"):
        padding_mask(np.array([0, 2]), 3)
