"""rollback: the champion before this one is champion again, at once.

The decision is written first, so that the pointer never names one that is not there; the pointer is
flipped by one replacement of one file. MLflow is told afterwards, see `registry.follow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from penstock.core.config import load_params
from penstock.core.errors import PenstockError, UnknownName
from penstock.core.files import sha256_of_json
from penstock.effects.champions.errors import NoChampion
from penstock.effects.champions.pointer import Pointer
from penstock.effects.champions.store import Store
from penstock.pages.page import fill

SHORT = 12  # digits of a key that are shown, and enough to name it


class NothingToRollBackTo(PenstockError):
    """The champion is the first one, or all before it were rolled back to already."""

    def __init__(self, pointer: Pointer) -> None:
        super().__init__(
            f"{pointer.project}: nothing to roll back to, {pointer.candidate} "
            f"{pointer.key[:SHORT]} is the first champion\n"
            f"  fix: penstock promote {pointer.project}   (puts a better one in its place)"
        )


class AmbiguousKey(PenstockError):
    """The first digits of a key are those of several."""

    def __init__(self, given: str, found: Sequence[str]) -> None:
        super().__init__(
            f"--to {given}: {len(found)} keys begin so: {', '.join(found)}\n"
            "  fix: give more digits of the one that is meant"
        )


def rollback(root: Path, project: str, to: str | None = None) -> dict[str, Any]:
    """Make a former champion the champion; what came after it is left out of `previous`.

    Args:
        to: first digits of its key; None for the one just before. Where there is no pointer (it was
            damaged and moved away), any model that is kept may be named.

    Returns:
        The decision as written to P/decisions, and `changed`, False where `to` was it before.

    Raises:
        NoChampion, NothingToRollBackTo, UnknownName, AmbiguousKey: there is none such.
        PointerMoved: somebody else moved the pointer meanwhile.
        NotKept, BadFile: the store has lost it, or holds something else.
    """
    store = Store.open(root)
    pointer = store.pointer(project)
    key = _target(root, store, project, pointer, to)
    if pointer and key == pointer.key:
        return _already(pointer)
    version = store.version(project, key)
    previous = _before(pointer, key)
    decision: dict[str, Any] = {
        "kind": "rollback",
        "project": project,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "from": pointer.key if pointer else None,
        "to": key,
        "candidate": version.candidate,
        "trained_through": version.trained_through,
        "previous": list(previous),
    }
    decision["id"] = f"rollback-{sha256_of_json(decision)[:SHORT]}"
    decision["says"] = _say(pointer, decision)
    store.write_decision(project, decision, fill("rollback.html", decision=decision))
    back = Pointer(
        project=project,
        key=key,
        candidate=version.candidate,
        trained_through=version.trained_through,
        decision=decision["id"],
        previous=previous,
    )
    store.point(project, back, pointer.key if pointer else None)
    page = f"{store.url}/{project}/decisions/{decision['id']}.html"
    return {**decision, "changed": True, "page": page}


def _target(root: Path, store: Store, project: str, pointer: Pointer | None, to: str | None) -> str:
    """The whole key that is meant."""
    if pointer is None:
        load_params(root).project(project)  # an unknown one is a misspelt one
    if to is None:
        if pointer is None:
            raise NoChampion(project)
        if not pointer.previous:
            raise NothingToRollBackTo(pointer)
        return pointer.previous[0]
    known = [pointer.key, *pointer.previous] if pointer else store.versions(project)
    found = [key for key in known if key.startswith(to)]
    if len(found) > 1:
        raise AmbiguousKey(to, found)
    if not found:
        where = "the champions so far" if pointer else f"{store.url}/{project}/models"
        raise UnknownName("key", to, known, where)
    return found[0]


def _before(pointer: Pointer | None, key: str) -> tuple[str, ...]:
    """What could still be rolled back to from `key`."""
    former = pointer.previous if pointer else ()
    return former[former.index(key) + 1 :] if key in former else ()


def _already(pointer: Pointer) -> dict[str, Any]:
    key = pointer.key
    says = f"{pointer.project}: {pointer.candidate} {key[:SHORT]} is the champion already"
    return {"project": pointer.project, "to": key, "changed": False, "says": says}


def _say(pointer: Pointer | None, decision: dict[str, Any]) -> str:
    was = f"{pointer.candidate} {pointer.key[:SHORT]}" if pointer else "none"
    through = decision["trained_through"]
    told = f" (trained through {through})" if through else ""
    return (
        f"{decision['project']}: rolled back from {was} to {decision['candidate']} "
        f"{decision['to'][:SHORT]}{told}"
    )
