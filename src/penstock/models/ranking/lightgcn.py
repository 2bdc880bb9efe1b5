"""LightGCN: vectors of users and items, smoothed over the graph of who had what.

He et al., LightGCN, SIGIR 2020; with the softmax loss of Wu et al., On the effectiveness of
sampled softmax loss, TOIS 2024, over all items instead of pairs.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.ranker import Asked, Ranker


class LightGCNSettings(settings.Settings):
    """`candidates.P-C.params` of a model `lightgcn`."""

    size: int = Field(64, ge=1, le=4096, description="length of a vector")
    layers: int = Field(2, ge=1, le=20, description="how often vectors are passed on")
    epochs: int = Field(60, ge=1, le=10_000, description="passes over the users")
    batch_size: int = Field(256, ge=1, description="users of a step")
    learning_rate: float = Field(0.01, gt=0, description="of AdamW at its highest")
    l2: float = Field(0.1, ge=0, description="penalty on the mean square of the vectors")
    temperature: float = Field(0.15, gt=0, description="what cosines are divided by")


class LightGCN(Ranker):
    """It keeps vectors of users and items, and what items pass on to whoever had them.

    So a history that has grown since counts, and users who came later are served by theirs.
    """

    Settings = LightGCNSettings

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        from penstock.models.ranking.parts.graph_net import GraphLesson, GraphNet, shared_out
        from penstock.models.ranking.parts.loop import Pace, fingerprint, teach
        from penstock.models.training.reproducible import reproducible

        asked, had = self.settings, histories.matrix()
        with reproducible(context.seed):
            net = GraphNet(had, asked.size, asked.layers)
            lesson = GraphLesson(net, had, asked.batch_size, asked.temperature, asked.l2, context)
            pace = Pace(asked.epochs, asked.learning_rate)
            mark = fingerprint(asked, context, histories.start, histories.item)
            learnt = teach(lesson, pace, context, mark)
        to_users = shared_out(had)
        users, items = [learnt["users"]], [learnt["items"]]
        for _ in range(asked.layers):
            passed = to_users @ items[-1], to_users.T @ users[-1]
            users.append(passed[0])
            items.append(passed[1])
        count = np.maximum(np.asarray(had.sum(axis=0)), 1)[:, None]
        mean = np.mean(items, axis=0)
        length = np.sqrt((mean**2).sum(axis=1, keepdims=True))
        return {
            "users": learnt["users"],
            "passed": (np.sum(items[:-1], axis=0) / np.sqrt(count)).astype(np.float32),
            "items": (mean / np.maximum(length, 1e-12)).astype(np.float32),
        }

    def score(self, asked: Asked) -> Array:
        had = asked.histories.matrix(np.float32)
        count = np.maximum(np.asarray(had.sum(axis=1)), 1)[:, None]
        mine = (had @ self.kept["passed"]) / np.sqrt(count)
        met = asked.known >= 0
        mine[met] += self.kept["users"][asked.known[met]]
        scores: Array = mine @ self.kept["items"].T
        return scores


MODEL = LightGCN
