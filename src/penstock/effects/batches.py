"""A subject in MLflow's terms: names it accepts, inputs with digests, in batches it takes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from penstock.effects.subject import Subject

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput

T = TypeVar("T")

DIGEST_LENGTH = 36  # what MLflow stores of a digest; the whole of it stands in the source
MODEL_KEY = "penstock.model.key"  # of the stage that trained the model, as in the registry
STEPS = ("epoch", "round", "iteration", "step")


def metrics_of(subject: Subject) -> Iterator[tuple[str, float, int]]:
    """(name, value, step) of every metric with its interval, and of the training history.

    `test.roc_auc`, `test.roc_auc.low`, `test.roc_auc.high`; `history/test/0/loss` by step.
    """
    for split, metrics in subject.scores.items():
        for metric, estimate in metrics.items():
            for suffix, field in (("", "mean"), (".low", "low"), (".high", "high")):
                value = estimate.get(field)
                if value is not None and math.isfinite(value):
                    yield f"{split}.{metric_name(metric)}{suffix}", float(value), 0
    counts: dict[tuple[str, str], int] = {}
    for row in subject.history:
        place = (str(row.get("split")), str(row.get("fold")))
        counts[place] = counts.get(place, 0) + 1
        step = next((int(row[key]) for key in STEPS if key in row), counts[place] - 1)
        for key, value in row.items():
            if key not in {"split", "fold", *STEPS} and isinstance(value, int | float):
                yield f"history/{place[0]}/{place[1]}/{metric_name(key)}", float(value), step


def tags_of(subject: Subject) -> dict[str, str]:
    """What the run is found by, and what it was made from."""
    model = {MODEL_KEY: subject.model_key} if subject.model_key else {}
    return model | {
        "penstock.key": subject.key,
        "penstock.project": subject.project,
        "penstock.candidate": subject.name,
        "penstock.raw.sha256": subject.raw_digest,
        "penstock.features.md5": subject.features,
        "mlflow.source.type": "PROJECT",
        "mlflow.source.name": "dvc.yaml",
    }


def dataset_inputs(subject: Subject) -> list[DatasetInput]:
    """The raw files and the features as inputs of the run: names and digests, no data read."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    def one(part: str, context: str, kind: str, digest: str) -> DatasetInput:
        source = json.dumps({"uri": f"data/{subject.project}/{part}", kind: digest})
        name = f"{subject.project}/{part}"
        dataset = Dataset(name, digest[:DIGEST_LENGTH], "local", source)
        return DatasetInput(dataset, [InputTag("mlflow.data.context", context)])

    raw = [one(f"raw/{file}", "raw", "sha256", sha) for file, sha in subject.raw.items()]
    return [*raw, one("features", "training", "md5", subject.features)]


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def metric_name(metric: str) -> str:
    """`card_precision@100` → `card_precision_at_100`: MLflow takes no @."""
    return re.sub(r"[^/\w.\- :]", "_", metric.replace("@", "_at_"))
