from __future__ import annotations

import io

import numpy as np
import pytest
import torch

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import SettingError
from penstock.scratch.models.mlp import MLP
from penstock.scratch.nn.losses import cross_entropy
from penstock.scratch.optim.adam import Adam
from penstock.scratch.optim.penalties import l2
from penstock.scratch.optim.schedules import cosine, warm_up
from penstock.scratch.optim.sgd import SGD
from penstock.scratch.training.dataset import ArrayDataset
from penstock.scratch.training.loader import DataLoader
from penstock.scratch.training.loop import Epoch, evaluate, fit
from penstock.scratch.training.progress import Progress
from tests.unit.scratch.against_torch import copy, numbers

X = numbers(0, 60, 4)
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def net(seed: int = 0) -> MLP:
    return MLP((4, 16, 2), np.random.default_rng(seed)).astype(np.float64)


def data(size: int = 12, seed: int | None = None) -> DataLoader:
    return DataLoader(
        ArrayDataset(X, Y), size, None if seed is None else np.random.default_rng(seed)
    )


@pytest.mark.curriculum("N12")
def test_training_follows_the_same_loop_in_torch_step_by_step() -> None:
    model = net()
    twin = torch.nn.Module()
    twin.layers = torch.nn.ModuleList([torch.nn.Linear(4, 16), torch.nn.Linear(16, 2)])
    copy(model, twin)
    optimizer = torch.optim.Adam(twin.parameters(), 0.01)
    schedule = warm_up(5, cosine(0.01, 25))
    history = fit(
        model, cross_entropy, Adam(model.parameters()), data(), 6, schedule=schedule, clip=0.5
    )
    step = 0
    for epoch in range(6):
        losses = []
        for x, y in zip(torch.from_numpy(X).split(12), torch.from_numpy(Y).split(12), strict=True):
            optimizer.param_groups[0]["lr"] = schedule(step)
            optimizer.zero_grad()
            hidden = torch.relu(twin.layers[0](x))
            loss = torch.nn.functional.cross_entropy(twin.layers[1](hidden), y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(twin.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
            step += 1
        assert history[epoch].loss == pytest.approx(np.mean(losses), rel=1e-8)
    state = twin.state_dict()
    for name, array in model.state_dict().items():
        np.testing.assert_allclose(array, state[name].numpy(), rtol=1e-7, atol=1e-9)


def test_the_same_seeds_give_the_same_bits() -> None:
    def trained() -> list[bytes]:
        model = net()
        fit(model, cross_entropy, SGD(model.parameters(), 0.1), data(7, 3), 3)
        return [p.data.tobytes() for p in model.parameters()]

    assert trained() == trained()


def test_a_pass_is_told_with_validation_and_may_be_the_last() -> None:
    model, told = net(), []

    def stop(epoch: Epoch) -> bool:
        told.append(epoch)
        return epoch.number == 2

    optimizer = SGD(model.parameters(), 0.1)
    history = fit(model, cross_entropy, optimizer, data(), 9, validation=data(60), after_epoch=stop)
    assert history == told and [one.number for one in told] == [1, 2] and optimizer.steps == 10
    assert told[-1].validation_loss == pytest.approx(evaluate(model, cross_entropy, data()))
    assert not model.training


class Watched(MLP):
    """Notes whether it is trained or used at each call."""

    def __init__(self) -> None:
        super().__init__((4, 2), np.random.default_rng(0))
        self.astype(np.float64)
        self.noted = ""

    def forward(self, x: Tensor) -> Tensor:
        self.noted += "t" if self.training else "u"
        return super().forward(x)


def test_batches_are_trained_on_and_validation_and_what_follows_are_use() -> None:
    with_validation, without = Watched(), Watched()
    sgd = SGD(with_validation.parameters(), 0.1)
    fit(with_validation, cross_entropy, sgd, data(30), 2, validation=data(60))
    assert with_validation.noted == "ttuttu"
    fit(without, cross_entropy, SGD(without.parameters(), 0.1), data(30), 1)
    assert without.noted == "tt" and not without.training


def test_a_penalty_shrinks_weights_and_is_no_part_of_the_loss_told() -> None:
    free, held = net(), net()
    fit(free, cross_entropy, SGD(free.parameters(), 0.1), data(), 20)
    weights = [layer.weight for layer in held.layers]
    first = fit(
        held,
        cross_entropy,
        SGD(held.parameters(), 0.1),
        data(60),
        20,
        penalty=lambda: l2(weights, 1.0),
    )[0]
    assert first.loss == pytest.approx(evaluate(net(), cross_entropy, data()))
    assert np.abs(held.layers[0].weight.data).sum() < np.abs(free.layers[0].weight.data).sum() / 2


def test_a_loss_that_is_no_number_stops_before_it_reaches_the_weights() -> None:
    model = net()
    before = model.state_dict()
    broken = DataLoader(ArrayDataset(np.full((4, 4), np.nan), Y[:4]), 4)
    with pytest.raises(SettingError, match=r"a finite loss.*got nan in step 1"):
        fit(model, cross_entropy, SGD(model.parameters(), 0.1), broken, 1)
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_no_batch_is_refused() -> None:
    model = net()
    empty = DataLoader(ArrayDataset(X[:5], Y[:5]), 12, drop_last=True)
    with pytest.raises(SettingError, match="one batch at least, got 5 examples"):
        fit(model, cross_entropy, SGD(model.parameters(), 0.1), empty, 1)


def test_a_log_gets_one_line_an_epoch() -> None:
    stream, model = io.StringIO(), net()
    fit(
        model,
        cross_entropy,
        SGD(model.parameters(), 0.1),
        data(),
        2,
        validation=data(),
        stream=stream,
    )
    first, last = stream.getvalue().splitlines()
    assert " 50%" in first and "epoch 1, loss " in first and ", validation " in first
    assert last.startswith("█" * 24 + " 100%  0 s left")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_rewritten() -> None:
    stream = Terminal()
    with Progress(10, stream) as progress:
        progress.step(5, "half")
        progress.step(6, "too soon to show")
        progress.epoch(10, "done")
    said = stream.getvalue()
    assert said.count("\r") == 2 and said.endswith("done\x1b[K\n") and "too soon" not in said
