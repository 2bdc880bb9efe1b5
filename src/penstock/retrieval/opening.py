"""A retriever from what the graph has built."""

from __future__ import annotations

from pathlib import Path

from penstock.core.contracts import Signature, View
from penstock.core.dataset import load
from penstock.models.training.ranking.ranker import Ranker
from penstock.retrieval.approximate import EXACT_UP_TO
from penstock.retrieval.errors import NotServable
from penstock.retrieval.retriever import Retriever
from penstock.retrieval.scorers import SERVED
from penstock.scoring.contract import load_model, read_contract


def open_retriever(
    root: Path, project: str, candidate: str, trending: str, exact_up_to: int = EXACT_UP_TO
) -> Retriever:
    """`candidate` of `project` on the log and the catalogue as the features stage left them.

    Args:
        root: the workspace.
        trending: a candidate of the project that serves users without a history.

    Raises:
        DatasetError, ModelFileError: features or a model aren't built, or not what they should be.
        NotServable: a candidate is no model of the ranking task that can serve requests.
    """
    dataset = load(root / "data" / project / "features")
    view = View(dataset, Signature.from_notes(dataset.notes["signature"]))
    model, lane = (
        _ranker(root / "models" / project / name, view.signature) for name in (candidate, trending)
    )
    return Retriever(model, view, lane, exact_up_to)


def _ranker(folder: Path, signature: Signature) -> Ranker:
    model = load_model(folder, signature)
    if not isinstance(model, Ranker):
        raise NotServable(read_contract(folder).model, SERVED)
    return model
