"""The lever that may be best: UCB1 (Auer, Cesa-Bianchi and Fischer 2002)."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.models.toy_bandit.parts.player import Player, Policy


class UCBSettings(settings.Settings):
    width: float = Field(2.0, gt=0, description="what stands before the logarithm")


class UCB(Policy):
    Settings = UCBSettings

    def choose(self, player: Player) -> int:
        width = np.sqrt(self.settings.width * np.log(player.pulls.sum()) / player.pulls)
        return int((player.wins / player.pulls + width).argmax())


MODEL = UCB
