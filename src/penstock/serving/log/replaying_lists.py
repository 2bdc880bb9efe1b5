"""Make lists again from the log, and compare them with what was answered."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import msgspec

from penstock.lineage import SHORT
from penstock.serving.contracts import Prediction
from penstock.serving.log.listed import Place, read_listed

Relist = Callable[[Prediction], tuple[Place, ...]]  # raises BasisGone


def replay_list(prediction: Prediction, relist: Relist) -> dict[str, Any]:
    """One list, again.

    Returns:
        `id`, `equal` (the same items in the same order, their scores to the last bit), `logged`,
        `again`, `key`, `model_sha256`, and `says`.

    Raises:
        BasisGone: the model or the tables that it was made from are not here any more.
        PenstockError: a model is damaged.
    """
    logged, again = read_listed(prediction.listed).items, relist(prediction)
    return {
        "id": prediction.id,
        "equal": same_list(logged, again),
        "logged": msgspec.to_builtins(logged),
        "again": msgspec.to_builtins(again),
        "key": prediction.origin.key,
        "model_sha256": prediction.origin.model_sha256,
        "says": _say(prediction, logged, again),
    }


def same_list(logged: tuple[Place, ...], again: tuple[Place, ...]) -> bool:
    """To the last bit: JSON tells a number from its neighbours, and 0 from -0."""
    return msgspec.json.encode(logged) == msgspec.json.encode(again)


def _say(prediction: Prediction, logged: tuple[Place, ...], again: tuple[Place, ...]) -> str:
    who = f"{prediction.origin.candidate} {prediction.origin.key[:SHORT]}"
    for place, (one, other) in enumerate(zip_longest(logged, again), start=1):
        if one is None or other is None or not same_list((one,), (other,)):
            told = f"logged {_short(one)}, now {_short(other)}"
            return f"not equal: place {place} of {len(logged)}: {told}, by {who}"
    return f"equal: {len(logged)} items, their scores to the last bit, by {who}"


def _short(one: Place | None) -> str:
    return "nothing" if one is None else f"{one.item} at {one.score!r} ({one.lane})"
