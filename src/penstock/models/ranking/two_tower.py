"""Two towers that meet in a product: users by history and traits, items by content too.

Yi et al., Sampling-bias-corrected neural modeling for large corpus item recommendations, RecSys
2019, gives the shape; the softmax is over the whole catalogue here. New users are served by what
they are, new items are ranked by their content.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core import settings
from penstock.core.contracts import Array, FitContext, View
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.known_of import as_tensor, from_tensor, numbers, spec_of
from penstock.models.ranking.parts.ranker import Asked, Ranker

SPECS = "specs"


class TwoTowerSettings(settings.Settings):
    """`candidates.P-C.params` of a model `two_tower`."""

    size: int = Field(64, ge=1, le=4096, description="length of a vector")
    dropout: float = Field(0.5, ge=0, lt=1, description="share of a history left out besides")
    epochs: int = Field(100, ge=1, le=10_000, description="passes over the users")
    batch_size: int = Field(128, ge=1, description="users of a step")
    learning_rate: float = Field(5e-3, gt=0, description="of AdamW at its highest")
    weight_decay: float = Field(0.1, ge=0, description="of AdamW")


class TwoTower(Ranker):
    """It keeps the weights of both towers, and how content becomes numbers."""

    Settings = TwoTowerSettings
    cold_users = True
    cold_items = True

    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        from penstock.models.ranking.parts.loop import Pace, fingerprint, teach
        from penstock.models.ranking.parts.towers import Towers, TowersLesson
        from penstock.models.training.reproducible import reproducible

        asked, users, items = self.settings, view.data.tables["users"], view.data.tables["items"]
        specs = [
            spec_of(users, ("gender", "occupation"), ("age",)),
            spec_of(items, ("category",), ("year",)),
        ]
        known = numbers(users, specs[0]), numbers(items, specs[1])
        with reproducible(context.seed):
            widths = known[1].shape[1], known[0].shape[1]
            net = Towers(histories.items, *widths, asked.size, asked.dropout)
            had = histories.matrix()
            lesson = TowersLesson(net, had, *known, asked.batch_size, context)
            pace = Pace(asked.epochs, asked.learning_rate, asked.weight_decay)
            mark = fingerprint(asked, context, histories.start, histories.item, *known)
            return teach(lesson, pace, context, mark) | {SPECS: as_tensor(specs)}

    def score(self, asked: Asked) -> Array:
        import torch

        from penstock.models.ranking.parts.towers import Towers
        from penstock.models.training.one_thread import one_thread

        specs, tables = from_tensor(self.kept[SPECS]), asked.view.data.tables
        of_users, of_items = (
            torch.from_numpy(numbers(table, spec))
            for table, spec in zip(
                (tables["users"].iloc[asked.users], tables["items"]), specs, strict=True
            )
        )
        weights = {name: torch.tensor(v) for name, v in self.kept.items() if name != SPECS}
        catalogue = pd.Index(tables["items"][asked.view.signature.roles["item"]])
        place = self.items.get_indexer(catalogue)
        met = torch.from_numpy(((place >= 0) & (self.taken[place] > 0)).astype(np.float32))
        with one_thread(), torch.inference_mode():
            widths = of_items.shape[1], of_users.shape[1]
            net = Towers(len(self.items), *widths, self.settings.size, self.settings.dropout)
            net.load_state_dict(weights)
            net.eval()
            users = net.users(
                torch.from_numpy(asked.histories.matrix(np.float32).toarray()), of_users
            )
            own, bias = net.own[place] * met[:, None], net.bias[place] * met
            scores: Array = net(users, own, bias, of_items).numpy()
        return scores


MODEL = TwoTower
