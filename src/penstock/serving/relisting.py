"""Make a list again: by the model that is on record, and the tables that were read then."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from penstock.core.errors import DatasetError
from penstock.effects.champions import Store
from penstock.effects.champions.errors import NotKept
from penstock.scoring.contract import CONTRACT
from penstock.serving.contracts import Prediction
from penstock.serving.lister import contract_digest, features_digest
from penstock.serving.log.errors import BasisGone
from penstock.serving.log.listed import Basis, Place, read_listed
from penstock.serving.recommending import ListWanted, places_of, wish_of

if TYPE_CHECKING:
    from penstock.effects.recommend import Lists


class Relister:
    """Makes logged lists again; models and tables are opened once."""

    def __init__(self, root: Path, store: Store) -> None:
        self._root, self._store = root, store
        self._opened: dict[tuple[str, str, Basis], Lists] = {}

    def __call__(self, prediction: Prediction) -> tuple[Place, ...]:
        """The items, by what was posted.

        Raises:
            BasisGone: features or a model are others by now.
            BadFile, ModelFileError: a model is damaged.
        """
        basis = read_listed(prediction.listed).basis
        which = prediction.project, prediction.origin.model_sha256, basis
        if which not in self._opened:
            self._opened[which] = self._open(prediction, basis)
        wanted = msgspec.json.decode(prediction.event, type=ListWanted)
        return places_of(self._opened[which].recommend(str(wanted.user), wish_of(wanted)))

    def _open(self, prediction: Prediction, basis: Basis) -> Lists:
        from penstock.effects.answering import Answering
        from penstock.effects.recommend import Lists
        from penstock.retrieval.opening import open_retriever

        project, candidate = prediction.project, prediction.origin.candidate
        features = f"data/{project}/features"
        if self._features(project) != basis.features_sha256:
            raise BasisGone(prediction.id, features, basis.lock_revision)
        name = f"models/{project}/{basis.trending}"
        if not _is(trending := self._root / name, basis.trending_sha256):
            raise BasisGone(prediction.id, name, basis.lock_revision)
        folder = self._model(prediction, basis)
        models = Answering(candidate, folder, "on record", trending)
        retriever = open_retriever(self._root / features, folder, trending)
        return Lists(project, models, retriever)

    def _features(self, project: str) -> str | None:
        """Their digest; None where they are gone."""
        try:
            return features_digest(self._root, project)
        except DatasetError:
            return None

    def _model(self, prediction: Prediction, basis: Basis) -> Path:
        """Where the model lies that is on record: in the store, else where it was built."""
        project, origin = prediction.project, prediction.origin
        name = f"models/{project}/{origin.candidate}"
        folder = self._root / name  # a list may come from a build that nobody promoted
        with suppress(NotKept):
            folder = self._store.fetch(project, origin.key)
        if not _is(folder, origin.model_sha256):
            raise BasisGone(prediction.id, name, basis.lock_revision)
        return folder


def _is(folder: Path, sha256: str) -> bool:
    return (folder / CONTRACT).is_file() and contract_digest(folder) == sha256
