"""Nets that read a history."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from penstock.models.ranking.parts.sequence_net import AttentionNet, RecurrentNet, SequenceNet

ITEMS, LENGTH = 12, 9


def net(kind: str, dropout: float = 0.0) -> SequenceNet:
    torch.manual_seed(3)
    if kind == "attention":
        made: SequenceNet = AttentionNet(ITEMS, 8, dropout, layers=2, heads=2, length=LENGTH)
        for name, weights in made.named_parameters():
            if name.endswith(("back", "apart")):
                torch.nn.init.normal_(weights)
        return made
    return RecurrentNet(ITEMS, 8, dropout, hidden=6)


def given() -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(1)
    item = torch.randint(0, ITEMS, (4, LENGTH), generator=random)
    time = torch.randint(0, 10**12, (4, LENGTH), generator=random).sort(dim=1).values
    return item, time


both = pytest.mark.parametrize("kind", ["attention", "recurrent"])


@both
@pytest.mark.parametrize("place", [1, 4, LENGTH - 1])
def test_what_comes_later_never_tells_of_what_came_before(kind: str, place: int) -> None:
    item, time = given()
    before = net(kind)(item, time)
    other, later = item.clone(), time.clone()
    other[:, place:] = (other[:, place:] + 5) % ITEMS
    later[:, place:] += 10**13
    after = net(kind)(other, later)
    torch.testing.assert_close(after[:, :place], before[:, :place], rtol=0, atol=0)
    assert (after[:, place:] != before[:, place:]).any(dim=2).all()


@both
def test_no_gradient_flows_from_the_future(kind: str) -> None:
    made = net(kind)
    told = torch.randn(2, LENGTH, 8, requires_grad=True)
    made.read(told, given()[1][:2])[:, 4].sum().backward()  # type: ignore[no-untyped-call]
    assert told.grad is not None
    assert (told.grad[:, 5:] == 0).all() and (told.grad[:, :5] != 0).any(dim=2).all()


@both
def test_every_weight_gets_a_gradient(kind: str) -> None:
    made = net(kind)
    item, time = given()
    states = made(item, time)
    assert states.shape == (4, LENGTH, 8)
    scores = made.compare(states[:, -1])
    assert scores.shape == (4, ITEMS)
    torch.nn.functional.cross_entropy(scores, torch.arange(4)).backward()  # type: ignore[no-untyped-call]
    for name, weights in made.named_parameters():
        assert weights.grad is not None and weights.grad.abs().sum() > 0, name


@both
def test_what_fills_a_window_up_changes_nothing(kind: str) -> None:
    item, time = given()
    full = torch.cat([item, torch.full((4, 3), ITEMS)], dim=1)[:, :LENGTH]
    full[:, 5:] = ITEMS
    states, short = net(kind)(full, time), net(kind)(item[:, :5], time[:, :5])
    torch.testing.assert_close(states[:, :5], short)


def test_attention_heeds_how_long_ago_an_item_was_had() -> None:
    item, time = given()
    assert not torch.equal(net("attention")(item, time), net("attention")(item, time // 1000))


@both
def test_dropout_is_for_training_alone(kind: str) -> None:
    made, (item, time) = net(kind, 0.5), given()
    assert not torch.equal(made(item, time), made(item, time))
    made.eval()
    assert torch.equal(made(item, time), made(item, time))


@both
def test_a_net_starts_from_what_is_known_of_items(kind: str) -> None:
    made = net(kind)
    nothing = made.vectors.weight[-1].clone()
    vectors = np.random.default_rng(4).random((ITEMS, 8)).astype(np.float32)
    bias = np.arange(ITEMS, dtype=np.float32)
    made.start_from(vectors, bias)
    scores = made.compare(torch.eye(8)).detach().numpy()
    np.testing.assert_allclose(scores, vectors.T + bias, rtol=1e-6)
    assert torch.equal(made.vectors.weight[-1], nothing)
