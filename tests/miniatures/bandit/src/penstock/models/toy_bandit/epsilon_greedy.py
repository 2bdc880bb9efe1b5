"""Mostly the best lever so far, now and then any."""

from __future__ import annotations

from pydantic import Field

from penstock.core import settings
from penstock.models.toy_bandit.parts.player import Player, Policy


class EpsilonGreedySettings(settings.Settings):
    epsilon: float = Field(0.1, ge=0, le=1, description="share of pulls at random")


class EpsilonGreedy(Policy):
    Settings = EpsilonGreedySettings

    def choose(self, player: Player) -> int:
        if player.random.random() < self.settings.epsilon:
            return int(player.random.integers(len(player.pulls)))
        return int((player.wins / player.pulls).argmax())


MODEL = EpsilonGreedy
