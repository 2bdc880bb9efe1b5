"""One trial a seed: practise on some episodes of the machine, be judged on others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a bandit project."""

    unit: str = Field("episode", description="what the intervals resample")
    leads_on: str = Field("play", description="the split that orders the leaderboard")
    seeds: tuple[int, ...] = Field(min_length=1, description="a trial each")
    practice: int = Field(2, ge=0, description="episodes to learn from before")
    episodes: int = Field(20, ge=1, description="episodes that are judged, for each seed")
    bootstrap: int = Field(100, ge=20, description="resamples behind an interval")


class Machine:
    """The bandit, alive: pays 1 or 0, and is over after `horizon` pulls.

    What every lever would pay is drawn ahead, so that candidates meet the same luck.
    """

    def __init__(
        self, description: Mapping[str, Any], episodes: int, seed: tuple[int, ...]
    ) -> None:
        self.name = "-".join(map(str, seed))
        self._means = np.array([arm["mean"] for arm in description["arms"]])
        self._horizon: int = description["horizon"]
        self._seed = seed
        self._played = -1
        self._pays: Any = None
        self._pulls = 0
        self.actions = len(self._means)
        self.episodes = episodes

    def reset(self) -> None:
        self._played += 1
        assert self._played < self.episodes, "no more episodes than the protocol grants"
        random = np.random.default_rng([*self._seed, self._played])
        self._pays = random.random((self._horizon, self.actions)) < self._means
        self._pulls = 0

    def step(self, action: int) -> tuple[None, float, bool]:
        reward = float(self._pays[self._pulls, action])
        self._pulls += 1
        return None, reward, self._pulls == self._horizon


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """A fold a seed, then the practice of the model that may be promoted."""
    signature = Signature.from_notes(dataset.notes["signature"])
    assert dataset.environment is not None
    described = dataset.environment

    def view(episodes: int, *seeds: int) -> View:
        machine = Machine(described, episodes, (seed, *seeds))
        return View(Dataset(), signature, environment=machine)

    for fold, one in enumerate(protocol.seeds):
        fit, judged = view(protocol.practice, one, 0), view(protocol.episodes, one, 1)
        yield Trial(protocol.leads_on, fold, seed + one, fit, judged)
    yield Trial("final", 0, seed, view(protocol.practice, 2), None)


def observe(candidate: Any, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """A row per pull: unit_id (the episode, of all seeds), step, action, reward."""
    machine = view.environment
    assert isinstance(machine, Machine)
    rows = []
    for episode in range(machine.episodes):
        player, seen, over, step = candidate.player(episode), None, False, 0
        machine.reset()
        while not over:
            action = player.act(seen)
            seen, reward, over = machine.step(action)
            player.learn(action, reward)
            rows.append((f"{machine.name}/{episode}", step, action, reward))
            step += 1
    return pd.DataFrame(rows, columns=["unit_id", "step", "action", "reward"])
