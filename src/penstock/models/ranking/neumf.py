"""NeuMF: matrix factorisation beside a net over both vectors, for pairs of user and item.

He et al., Neural collaborative filtering, WWW 2017; trained in one go, without their
pre-training.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker

PAIRS_AT_ONCE = 1 << 17  # scored together; bounds the memory of a layer


class NeuMFSettings(settings.Settings):
    """`candidates.P-C.params` of a model `neumf`."""

    size: int = Field(32, ge=2, le=4096, description="length of each vector")
    dropout: float = Field(0.2, ge=0, lt=1, description="share of a layer left out a step")
    negatives: int = Field(4, ge=1, le=1000, description="items not taken, for each that was")
    epochs: int = Field(8, ge=1, le=10_000, description="passes over the pairs")
    batch_size: int = Field(2048, ge=1, description="pairs of a step")
    learning_rate: float = Field(0.01, gt=0, description="of AdamW at its highest")
    weight_decay: float = Field(0.1, ge=0, description="of AdamW")


class NeuMF(Ranker):
    """It keeps the weights of the net; users who came later can't be served."""

    Settings = NeuMFSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        from penstock.models.ranking.parts.crossed_net import CrossedLesson, CrossedNet
        from penstock.models.ranking.parts.loop import Pace, fingerprint, teach
        from penstock.models.training.reproducible import reproducible

        asked = self.settings
        with reproducible(context.seed):
            net = CrossedNet(len(histories), histories.items, asked.size, asked.dropout)
            lesson = CrossedLesson(net, histories, asked.negatives, asked.batch_size, context)
            pace = Pace(asked.epochs, asked.learning_rate, asked.weight_decay)
            mark = fingerprint(asked, context, histories.start, histories.item)
            return teach(lesson, pace, context, mark)

    def score(self, asked: Asked) -> Array:
        import torch

        from penstock.models.ranking.parts.crossed_net import CrossedNet
        from penstock.models.training.one_thread import one_thread

        users, items = len(self.users), len(self.items)
        found = np.full((len(asked.known), items), -np.inf, dtype=np.float32)
        met = np.flatnonzero(asked.known >= 0)
        step = max(1, PAIRS_AT_ONCE // max(items, 1))
        with one_thread(), torch.inference_mode():
            net = CrossedNet(users, items, self.settings.size, self.settings.dropout)
            net.load_state_dict({name: torch.tensor(value) for name, value in self.kept.items()})
            net.eval()
            every = torch.arange(items)[None]
            for first in range(0, len(met), step):
                rows = met[first : first + step]
                found[rows] = net(torch.from_numpy(asked.known[rows])[:, None], every).numpy()
        return found


MODEL = NeuMF
