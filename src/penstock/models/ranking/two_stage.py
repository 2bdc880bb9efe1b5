"""Two stages: retrievers find candidates, boosted trees put them in order.

Covington et al., Deep neural networks for YouTube recommendations, RecSys 2016, gives the shape;
the second stage is LambdaMART (Burges 2010) by XGBoost. It learns on a part of the log that the
retrievers don't see meanwhile; after that they learn from the whole of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.core.errors import PenstockError
from penstock.models.ranking.parts.held_out import HeldOut, Round, rounds
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.pair_columns import columns
from penstock.models.ranking.parts.ranker import CELLS, Asked, Ranker
from penstock.models.ranking.parts.retrievers import candidates, learn, scores

BOOSTER = "booster"


class NothingHeldOut(PenstockError):
    """No user took any candidate in the part of the log that the second stage learns on."""

    def __init__(self, asked: TwoStageSettings) -> None:
        told = {"next": f"rounds {asked.rounds}"}.get(asked.held_out, f"share {asked.share}")
        super().__init__(
            f"two_stage: with held_out {asked.held_out!r} and {told} no user took any candidate\n"
            "  fix: change these params of the candidate in params.yaml, or widen its `reach`"
        )


class TwoStageSettings(settings.Settings):
    """`candidates.P-C.params` of a model `two_stage`."""

    held_out: HeldOut = Field("random", description="what the second stage learns on")
    share: float = Field(0.25, gt=0, lt=1, description="of the log, if `random` or `latest`")
    rounds: int = Field(5, ge=1, le=100, description="last items of each user, if `next`")
    reach: int = Field(50, ge=1, description="candidates of each retriever")
    l2: float = Field(500.0, gt=0, description="penalty of EASE, a retriever")
    half_life: float = Field(14.0, gt=0, description="days, of the trend, a retriever")
    trees: int = Field(120, ge=1, le=10_000)
    max_depth: int = Field(4, ge=1, le=64)
    learning_rate: float = Field(0.05, gt=0, le=1)
    min_child_weight: float = Field(5.0, ge=0)
    pairs: int = Field(100, ge=1, description="of the best candidates, compared with all others")


class TwoStage(Ranker):
    """It ranks candidates alone: the others are never shown."""

    Settings = TwoStageSettings
    cold_users = True

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        asked, items = self.settings, view.data.tables["items"]
        how = (items, asked.l2, asked.half_life, context.seed, context.threads)
        random = np.random.default_rng(context.seed)
        base, told = rounds(histories, asked.held_out, asked.share, asked.rounds, random)
        meanwhile = learn(base, *how)
        booster = self._boost(meanwhile, told, context)
        kept = learn(histories, *how)
        return {**kept, BOOSTER: np.frombuffer(booster.save_raw("ubj"), dtype=np.uint8)}

    def score(self, asked: Asked) -> Array:
        import xgboost

        rows, user, item = self._rows(self.kept, asked.histories)
        found = np.full((len(asked.histories), asked.histories.items), -np.inf)
        if len(rows):
            booster = xgboost.Booster({"nthread": 1})
            booster.load_model(bytearray(self.kept[BOOSTER].tobytes()))
            found[user, item] = booster.inplace_predict(rows)
        return found

    def _rows(self, kept: Mapping[str, Array], histories: Histories) -> tuple[Array, Array, Array]:
        """What the second stage sees of the candidates, and whose and which they are."""
        found = scores(kept, histories)
        user, item = candidates(found, self.settings.reach)
        made = columns(kept, found, histories, user, item)
        return np.stack([*made.values()], axis=1), user, item

    def _boost(self, kept: Mapping[str, Array], told: list[Round], context: FitContext) -> Any:
        import xgboost

        asked = self.settings
        parts = [part for one in told for part in self._lessons(kept, one)]
        rows, label, group = (np.concatenate(part) for part in zip(*parts, strict=True))
        if not len(rows):
            raise NothingHeldOut(asked)
        data = xgboost.QuantileDMatrix(rows, label, group=group, nthread=context.threads)
        fixed = {
            "objective": "rank:ndcg",
            "ndcg_exp_gain": False,
            # With it each user weighs the same, however little they tell.
            "lambdarank_normalization": False,
            "lambdarank_pair_method": "topk",
            "lambdarank_num_pair_per_sample": asked.pairs,
            "max_depth": asked.max_depth,
            "learning_rate": asked.learning_rate,
            "min_child_weight": asked.min_child_weight,
            "colsample_bytree": 0.8,
            "subsample": 0.8,
            "seed": context.seed,
            "nthread": context.threads,
        }
        return xgboost.train(fixed, data, num_boost_round=asked.trees)

    def _lessons(self, kept: Mapping[str, Array], one: Round) -> list[tuple[Array, Array, Array]]:
        """Rows, labels and sizes of groups, block by block of users who took a candidate."""
        users, items = len(one.before), one.before.items
        step = max(1, CELLS // max(items, 1))
        taken = one.user * items + one.item
        found = []
        for first in range(0, users, step):
            part = one.before.part(first, min(first + step, users))
            rows, user, item = self._rows(kept, part)
            label = np.isin((first + user) * items + item, taken)
            useful = np.bincount(user, label, minlength=len(part)) > 0
            mine = useful[user]
            sizes = np.bincount(user[mine], minlength=len(part))
            found.append((rows[mine], label[mine], sizes[sizes > 0]))
        return found


MODEL = TwoStage
