"""A model that ranks a catalogue for users: what all of them do alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, FitContext, View
from penstock.core.dataset import Dataset, load, save
from penstock.core.errors import DatasetError, ModelFileError, ParamsError
from penstock.core.ranking import Ranking
from penstock.core.settings import Settings as Base
from penstock.core.settings import parse
from penstock.models.ranking.parts.histories import Histories
from penstock.models.ranking.parts.top import top

CELLS = 1 << 23  # scores that are looked at together: 64 MB of them


@dataclass(frozen=True)
class Asked:
    """Some users of a view, to be scored together.

    Attributes:
        view: as the task gave it, for what is known of users and items besides.
        users: positions in its table `users`.
        known: positions among the users that were fitted; -1 for others.
        histories: theirs in the view, of items that were fitted.
    """

    view: View
    users: Array
    known: Array
    histories: Histories


class Ranker(ABC):
    """What a model learns lies in `kept`, tensors by name; it writes `learn` and `score`.

    Attributes:
        seeded: whether a fit draws at random.
        cold_users: whether users without a history are served.
        cold_items: whether items that nobody had are ranked; `score` then has a column for each
            item of the view's catalogue, else for each item of `self.items`.
        users, items: ids as they were fitted, in the order of the view's tables.
        taken: how often each item was taken, shape (items,).
    """

    Settings: ClassVar[type[Base]] = Base
    early_stopping: ClassVar[bool] = False
    seeded: ClassVar[bool] = True
    cold_users: ClassVar[bool] = False
    cold_items: ClassVar[bool] = False

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.users, self.items = pd.Index([]), pd.Index([])
        self.taken: Array = np.zeros(0, dtype=np.int64)
        self.kept: dict[str, Array] = {}

    @abstractmethod
    def learn(self, histories: Histories, view: View, context: FitContext) -> dict[str, Array]:
        """What is to be kept, as tensors by name."""

    @abstractmethod
    def score(self, asked: Asked) -> Array:
        """Scores of shape (users asked, items), a new array; NaN and -inf are never shown."""

    def get_params(self) -> dict[str, Any]:
        return dict(self.settings.model_dump())

    def importances(self) -> Mapping[str, float] | None:
        return None

    def fit(self, view: View, context: FitContext) -> Self:
        self.users, self.items = _users(view), _items(view)
        histories = Histories.of(view, self.users, self.items)
        self.taken = np.bincount(histories.item, minlength=len(self.items))
        self.kept = self.learn(histories, view, context)
        return self

    def rank(self, view: View, k: int) -> Ranking:
        """The `k` best items of every user of `view` that can be served."""
        blocks = list(self._blocks(view, k))
        joined = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
        return Ranking(*joined)

    def save(self, folder: Path) -> None:
        ids = {"users": pd.DataFrame({"id": self.users}), "items": pd.DataFrame({"id": self.items})}
        tensors = {**self.kept, "taken": self.taken}
        save(
            Dataset(ids, tensors, notes={"settings": self.settings.model_dump(mode="json")}), folder
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote; raises ModelFileError where it is something else."""
        fix = "dvc repro   (or: dvc pull)"
        try:
            found = load(folder)
            settings = parse(cls.Settings, found.notes.get("settings"), "settings", "manifest.json")
            model = cls(settings)
            model.users = pd.Index(found.tables["users"]["id"])
            model.items = pd.Index(found.tables["items"]["id"])
            model.kept = dict(found.tensors)
            model.taken = model.kept.pop("taken")
        except (DatasetError, KeyError) as error:
            problem = f"not what this model writes: {error}".partition("\n")[0]
            raise ModelFileError(str(folder), problem, fix) from None
        except ParamsError as error:
            raise ModelFileError(str(folder), f"manifest.json: {error.problems[0]}", fix) from None
        return model

    def _blocks(self, view: View, k: int) -> Iterator[tuple[Array, ...]]:
        """What a Ranking holds, block by block of users, so that memory stays bounded."""
        users, catalogue = _users(view), _items(view)
        known = self.users.get_indexer(users)
        place = self.items.get_indexer(catalogue)
        histories = Histories.of(view, users, self.items)
        had = Histories.of(view, users, catalogue)
        served = np.ones(len(users), bool) if self.cold_users else histories.lengths > 0
        hidden = np.zeros(len(place), bool) if self.cold_items else self._unknown(place)
        step = max(1, CELLS // max(len(catalogue), 1))
        # At least one block, be it empty: there is something to join then.
        for first in range(0, max(len(users), 1), step):
            last = min(first + step, len(users))
            asked = Asked(
                view, np.arange(first, last), known[first:last], histories.part(first, last)
            )
            scores = np.asarray(self.score(asked), dtype=np.float64)
            if not self.cold_items and not np.array_equal(place, np.arange(scores.shape[1])):
                scores = scores[:, place]
            scores[:, hidden] = -np.inf
            seen = had.part(first, last)
            scores[seen.user, seen.item] = -np.inf
            scores[np.isnan(scores)] = -np.inf
            yield _best(scores[served[first:last]], asked.users[served[first:last]], k)

    def _unknown(self, place: Array) -> Array:
        """Which items of a catalogue nobody had, given their positions among those fitted."""
        unknown: Array = (place < 0) | (np.append(self.taken, 0)[place] == 0)
        return unknown


def _best(scores: Array, users: Array, k: int) -> tuple[Array, ...]:
    places, values = top(scores, k)
    may = np.isfinite(scores)
    count = np.maximum(may.sum(axis=1), 1)
    mean = np.where(may, scores, 0).sum(axis=1) / count
    spread = np.where(may, scores - mean[:, None], 0)
    return users, places, values, mean, np.sqrt((spread**2).sum(axis=1) / count)


def _users(view: View) -> pd.Index:
    ids: pd.Index = pd.Index(view.data.tables["users"][view.signature.roles["entity"]])
    return ids


def _items(view: View) -> pd.Index:
    ids: pd.Index = pd.Index(view.data.tables["items"][view.signature.roles["item"]])
    return ids
