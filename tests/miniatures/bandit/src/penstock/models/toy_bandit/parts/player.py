"""What bandit policies share: wins and pulls by lever, practised, kept, and carried on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from penstock.core.contracts import Array, FitContext, View
from penstock.core.dataset import Dataset, load, save
from penstock.core.settings import Settings as Base


class Player:
    """Plays one episode, and learns while it does."""

    def __init__(self, policy: Policy, seed: int) -> None:
        self.policy = policy
        self.pulls, self.wins = policy.pulls.copy(), policy.wins.copy()
        self.random = np.random.default_rng(seed)

    def act(self, observation: Any) -> int:
        untried = np.flatnonzero(self.pulls == 0)
        return int(untried[0]) if len(untried) else self.policy.choose(self)

    def learn(self, action: int, reward: float) -> None:
        self.pulls[action] += 1
        self.wins[action] += reward


class Policy:
    """A candidate; `player` begins an episode with what was learnt in practice."""

    Settings: type[Base] = Base
    early_stopping = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.pulls: Array = np.zeros(0)
        self.wins: Array = np.zeros(0)

    def get_params(self) -> dict[str, Any]:
        return dict(self.settings.model_dump())

    def fit(self, view: View, context: FitContext) -> Self:
        machine = view.environment
        assert machine is not None, "a bandit is fitted in an environment"
        self.pulls, self.wins = np.zeros(machine.actions), np.zeros(machine.actions)
        for episode in range(machine.episodes):
            player, seen, over, total = (
                self.player(context.seed + episode),
                machine.reset(),
                False,
                0.0,
            )
            while not over:
                action = player.act(seen)
                seen, reward, over = machine.step(action)
                player.learn(action, reward)
                total += reward
            self.pulls, self.wins = player.pulls, player.wins
            context.record({"step": episode, "reward": total})
        return self

    def player(self, seed: int) -> Player:
        return Player(self, seed)

    def choose(self, player: Player) -> int:
        raise NotImplementedError

    def importances(self) -> Mapping[str, float] | None:
        return None

    def save(self, folder: Path) -> None:
        learnt = {"pulls": self.pulls, "wins": self.wins}
        save(Dataset(tensors=learnt, notes={"settings": self.get_params()}), folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        kept = load(folder)
        policy = cls(cls.Settings(**kept.notes["settings"]))
        policy.pulls, policy.wins = kept.tensors["pulls"], kept.tensors["wins"]
        return policy
