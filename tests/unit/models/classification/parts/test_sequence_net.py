"""A net over windows."""

from __future__ import annotations

import pytest
import torch

from penstock.models.classification.parts.sequence_net import Reader, SequenceNet
from penstock.models.classification.parts.sequence_readers import RecurrentReader


class Summing(Reader):
    """The sum of a window's rows."""

    size = 2

    def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        return values.sum(dim=1)


def windows(rows: int = 6) -> torch.Tensor:
    """Of three places and two inputs; every other one without the first two rows."""
    random = torch.Generator().manual_seed(2)
    values = torch.randn(rows, 3, 2, generator=random) * 5 + 20
    there = torch.ones(rows, 3, 1)
    there[::2, :2] = 0
    return torch.cat([values * there, there], dim=2)


def net(reader: Reader, hidden: tuple[int, ...] = ()) -> SequenceNet:
    torch.manual_seed(3)
    made = SequenceNet(2, reader, hidden, dropout=0.5).eval()
    made.standardise.learn(windows()[:, -1, :-1])
    return made


def test_inputs_are_on_the_scale_of_the_rows_themselves_and_0_where_no_row_is() -> None:
    given = net(Summing()).prepare(windows())
    assert given[:, -1, :2].mean(dim=0) == pytest.approx([0, 0], abs=1e-5)
    assert given[:, -1, :2].std(dim=0, correction=0) == pytest.approx([1, 1], abs=1e-5)
    assert not given[::2, :2].any()
    assert torch.equal(given[..., 2], windows()[..., 2])


def test_what_stands_where_no_row_is_does_not_matter() -> None:
    made, other = net(RecurrentReader(2, 4), (5,)), windows()
    other[::2, :2, :2] = 1e6
    assert torch.equal(made(other), made(windows()))


def test_what_a_linear_net_relies_on_is_weight_times_input() -> None:
    made = net(Summing())
    given = made.prepare(windows())
    made.rely(given)
    sums, own = made.body.head[0].weight[0].detach().split(2)
    places = torch.stack([sums, sums, sums + own])
    expected = (given[..., :2] * places).abs().sum(dim=1).mean(dim=0)
    torch.testing.assert_close(made.relied, expected.double())
    assert given.grad is None
