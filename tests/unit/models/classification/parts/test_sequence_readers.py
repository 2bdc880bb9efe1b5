"""What reads windows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from penstock.models.classification.parts.sequence_net import Reader
from penstock.models.classification.parts.sequence_readers import (
    AttentionReader,
    AttentiveReader,
    ConvolutionReader,
    RecurrentReader,
)

INPUTS, LENGTH = 4, 5
READERS: dict[str, Callable[[], Reader]] = {
    "convolution": lambda: ConvolutionReader(INPUTS, filters=6, width=2, layers=2),
    "recurrent": lambda: RecurrentReader(INPUTS, size=6),
    "attentive": lambda: AttentiveReader(INPUTS, size=6),
    "attention": lambda: AttentionReader(INPUTS, size=6, layers=2, heads=3, length=LENGTH),
}
every_reader = pytest.mark.parametrize("kind", READERS)


def reader(kind: str) -> Reader:
    torch.manual_seed(3)
    return READERS[kind]()


def given(rows: int = 8, length: int = LENGTH) -> torch.Tensor:
    return torch.randn(rows, length, INPUTS, generator=torch.Generator().manual_seed(1))


def all_there(values: torch.Tensor) -> torch.Tensor:
    return torch.ones(values.shape[:2], dtype=torch.bool)


@every_reader
def test_a_window_becomes_one_vector(kind: str) -> None:
    values = given()
    assert reader(kind)(values, all_there(values)).shape == (8, reader(kind).size)


@every_reader
@pytest.mark.parametrize("rows", [1, 2, 4])
def test_empty_places_are_as_if_the_window_were_shorter(kind: str, rows: int) -> None:
    short = given(length=rows)
    padded = torch.nn.functional.pad(short, (0, 0, LENGTH - rows, 0))
    there = torch.arange(LENGTH) >= LENGTH - rows
    made = reader(kind)
    told = made(padded, there.expand(8, LENGTH))
    torch.testing.assert_close(told, made(short, all_there(short)))


@every_reader
def test_a_short_window_among_full_ones_changes_none_of_them(kind: str) -> None:
    values = given()
    there = all_there(values)
    there[2, :3] = False
    values[2, :3] = 0
    made = reader(kind)
    mixed, full = made(values, there), made(given(), all_there(values))
    others = torch.arange(8) != 2
    torch.testing.assert_close(mixed[others], full[others])
    assert not torch.allclose(mixed[2], full[2])


@every_reader
def test_the_order_of_earlier_rows_matters(kind: str) -> None:
    values, made = given(), reader(kind)
    turned = values[:, [2, 1, 0, 3, 4]]
    one, other = made(values, all_there(values)), made(turned, all_there(values))
    assert (one != other).any(dim=1).all()


@every_reader
def test_every_weight_gets_a_gradient_from_short_and_full_windows(kind: str) -> None:
    values, made = given(), reader(kind)
    there = all_there(values)
    there[0, :4] = False
    made(values * there[..., None], there).square().sum().backward()
    for name, weights in made.named_parameters():
        assert weights.grad is not None and weights.grad.abs().sum() > 0, name


def test_states_end_at_the_row_itself() -> None:
    made = reader("recurrent")
    assert isinstance(made, RecurrentReader)
    values = given()
    there = all_there(values)
    there[0, :2] = False
    states = made.states(values * there[..., None], there)
    alone, _ = made.carry(values[:1, 2:])
    torch.testing.assert_close(states[:1, 2:], alone)
