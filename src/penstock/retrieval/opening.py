"""A retriever from what the graph has built."""

from __future__ import annotations

from pathlib import Path

from penstock.core.contracts import Signature, View
from penstock.core.dataset import load
from penstock.models.ranking.parts.ranker import Ranker
from penstock.retrieval.approximate import EXACT_UP_TO
from penstock.retrieval.errors import NotServable
from penstock.retrieval.retriever import Retriever
from penstock.retrieval.scorers import SERVED
from penstock.scoring.contract import load_model, read_contract


def open_retriever(
    features: Path, model: Path, trending: Path, exact_up_to: int = EXACT_UP_TO
) -> Retriever:
    """A model on the log and the catalogue as the features stage left them.

    Args:
        features: the folder data/P/features.
        model: folder of a model with its contract, as models/P/C or a champion's.
        trending: that of one that serves users without a history.

    Raises:
        DatasetError, ModelFileError: features or a model aren't built, or not what they should be.
        NotServable: a folder holds no model of the ranking task that can serve requests.
        UnfitRequest: the catalogue lacks an item that the model knows.
    """
    dataset = load(features)
    view = View(dataset, Signature.from_notes(dataset.notes["signature"]))
    loaded, lane = (_ranker(folder, view.signature) for folder in (model, trending))
    return Retriever(loaded, view, lane, exact_up_to)


def _ranker(folder: Path, signature: Signature) -> Ranker:
    model = load_model(folder, signature)
    if not isinstance(model, Ranker):
        raise NotServable(read_contract(folder).model, SERVED)
    return model
