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


def test_what_a_net_relies_on_is_what_it_loses_when_the_input_is_dealt_anew() -> None:
    made = net(Summing())
    made.body.head[0].weight.data.copy_(torch.tensor([[0.0, 2.0, 0.0, 0.0]]))
    given = made.prepare(windows(400))
    target = (given[:, :, 1].sum(dim=1) > 0).float()
    before = given.clone()
    made.rely(given, target)
    assert torch.equal(given, before)
    assert made.relied[0] == 0
    logits = made.body(given).detach()
    blind = logits[torch.randperm(400, generator=torch.Generator().manual_seed(9))]
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    assert made.relied[1].item() == pytest.approx(
        (loss(blind, target) - loss(logits, target)).item(), rel=0.2
    )


def test_where_no_row_is_nothing_is_dealt() -> None:
    class Watching(Summing):
        highest, calls = 0.0, 0

        def forward(self, values: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            self.highest = max(self.highest, float(values[~there].abs().max()))
            return super().forward(values, there)

    reader = Watching()
    made = net(reader)
    made.rely(made.prepare(windows(400)), torch.ones(400))
    assert (reader.calls, reader.highest) == (3, 0.0)  # as they are, and for each input
