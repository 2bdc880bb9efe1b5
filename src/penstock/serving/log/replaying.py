"""Compute scores and lists again from the log, by the model and the scorer that are on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np

from penstock.effects.champions import Store
from penstock.serving.contracts import Prediction, ScorerName, Served
from penstock.serving.log.errors import BasisGone
from penstock.serving.log.listed import read_listed
from penstock.serving.log.reader import Reader
from penstock.serving.log.replaying_lists import Relist, same_list
from penstock.serving.log.rows import to_predictions

Opener = Callable[[Store, str, str], Served]  # of the project's model with that key
SHOWN = 20  # predictions that differ, by id


def replay(store: Store, prediction: Prediction, opener: Opener) -> dict[str, Any]:
    """The score of one prediction, again.

    Returns:
        `id`, `equal` (to the last bit, and by the same file), `logged`, `again`, `scorer`, `key`,
        `model_sha256`, and `says`.

    Raises:
        PenstockError: the model can't be opened: the store has lost it, or a file is another.
    """
    origin = prediction.origin
    served = opener(store, prediction.project, origin.key)
    [again] = _scores(served, [prediction], prediction.scorer)
    same_file = served.origin.model_sha256 == origin.model_sha256
    equal = same_file and _same(prediction.score, again)
    told = {
        "id": prediction.id,
        "equal": equal,
        "logged": prediction.score,
        "again": again,
        "scorer": prediction.scorer,
        "key": origin.key,
        "model_sha256": served.origin.model_sha256,
    }
    return {**told, "says": _say(told, same_file)}


def replay_day(
    store: Store, reader: Reader, project: str, day: date, opener: Opener, relist: Relist
) -> dict[str, Any]:
    """All predictions of a project on a day, in UTC, again.

    Returns:
        `project`, `day`, `predictions`, `equal`, `differ` and `gone` (the first ids: others now;
        lists whose basis is gone), and `says`.

    Raises:
        PenstockError: a model can't be opened, or the log not be read.
    """
    opened: dict[str, Served] = {}
    count, differ, gone = 0, list[str](), list[str]()
    for table in reader.tables(project, day, day):
        found = to_predictions(table)
        count += len(found)
        differ += _other_scores(store, [one for one in found if not one.listed], opener, opened)
        for one in found:
            if one.listed:
                _make_again(one, relist, differ, gone)
    equal = count - len(differ) - len(gone)
    says = f"{project}: {equal:,} of {count:,} predictions of {day} are the same again"
    if differ:
        says += f"; these are not: {', '.join(differ[:SHOWN])}"
    if gone:
        says += f"; what these were made from is not here: {', '.join(gone[:SHOWN])}"
    return {
        "project": project,
        "day": day.isoformat(),
        "predictions": count,
        "equal": equal,
        "differ": differ[:SHOWN],
        "gone": gone[:SHOWN],
        "says": says,
    }


def _other_scores(
    store: Store, predictions: list[Prediction], opener: Opener, opened: dict[str, Served]
) -> Iterator[str]:
    """Ids of those that score otherwise now; each model is opened once."""
    groups: dict[tuple[str, ScorerName], list[Prediction]] = {}
    for one in predictions:
        groups.setdefault((one.origin.key, one.scorer), []).append(one)
    for (key, scorer), batch in groups.items():
        if key not in opened:
            opened[key] = opener(store, batch[0].project, key)
        sha256 = opened[key].origin.model_sha256
        for one, again in zip(batch, _scores(opened[key], batch, scorer), strict=True):
            if not _same(one.score, again) or one.origin.model_sha256 != sha256:
                yield one.id


def _make_again(one: Prediction, relist: Relist, differ: list[str], gone: list[str]) -> None:
    """Put the id of a list where it belongs, if it is not the same again."""
    try:
        again = relist(one)
    except BasisGone:
        gone.append(one.id)
        return
    if not same_list(read_listed(one.listed).items, again):
        differ.append(one.id)


def _scores(served: Served, batch: list[Prediction], scorer: ScorerName) -> list[float]:
    rows = np.frombuffer(b"".join(one.vector for one in batch), "<f4")
    matrix = rows.reshape(len(batch), -1).astype(np.float32)
    return [float(score) for score in served.rescore(matrix, scorer)]


def _same(logged: float, again: float) -> bool:
    """To the last bit; what is no number is like itself."""
    return np.float64(logged).tobytes() == np.float64(again).tobytes()


def _say(told: dict[str, Any], same_file: bool) -> str:
    who = f"{told['scorer']} of {told['key'][:12]}"
    if told["equal"]:
        return f"equal: {told['logged']!r}, to the last bit, by {who}"
    if not same_file:
        return (
            f"not equal: {who} scores with a file of sha256 {told['model_sha256']} now, another "
            "than is on record"
        )
    return f"not equal: logged {told['logged']!r}, now {told['again']!r} by {who}"
