from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as theirs

from penstock.scratch.errors import SettingError
from penstock.scratch.optim import schedules as ours


def rates(make: Callable[[Any], Any], steps: int = 40) -> list[float]:
    """What torch's scheduler gives, beginning at 0.1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    scheduler = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def warm(optimizer: Any) -> Any:
    """Torch's line from a tenth to the whole in ten steps, then half a cosine of 30."""
    line = theirs.LinearLR(optimizer, 0.1, 1, 9)
    return theirs.SequentialLR(optimizer, [line, theirs.CosineAnnealingLR(optimizer, 30)], [10])


@pytest.mark.curriculum("N25")
@pytest.mark.parametrize(
    ("schedule", "make"),
    [
        (ours.constant(0.1), lambda o: theirs.ConstantLR(o, 1)),
        (ours.stepped(0.1, 7, 0.3), lambda o: theirs.StepLR(o, 7, 0.3)),
        (ours.exponential(0.1, 0.9), lambda o: theirs.ExponentialLR(o, 0.9)),
        (ours.cosine(0.1, 40, 0.01), lambda o: theirs.CosineAnnealingLR(o, 40, 0.01)),
        (ours.warm_up(10, ours.cosine(0.1, 30)), warm),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning:torch")
def test_rates_are_torchs(schedule: ours.Schedule, make: Callable[[Any], Any]) -> None:
    assert [schedule(step) for step in range(40)] == pytest.approx(rates(make), rel=1e-10)


@pytest.mark.curriculum("N25")
def test_after_its_end_a_cosine_stays_at_the_floor() -> None:
    schedule = ours.cosine(0.1, 5, 0.02)
    assert schedule(5) == schedule(50) == pytest.approx(0.02)


@pytest.mark.curriculum("N25")
def test_the_published_schedule_rises_to_its_top_and_falls_with_the_square_root() -> None:
    schedule = ours.inverse_square_root(512, 4000)
    assert schedule(3999) == pytest.approx((512 * 4000) ** -0.5)
    assert schedule(1999) == pytest.approx(schedule(3999) / 2)
    assert schedule(15_999) == pytest.approx(schedule(3999) / 2)


def test_schedules_of_no_steps_are_refused() -> None:
    for make in (lambda: ours.cosine(1, 0), lambda: ours.warm_up(0, ours.constant(1))):
        with pytest.raises(SettingError, match="steps from 1, got 0"):
            make()
