"""What can be wrong with the store of champions, each with what to type next."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.core.errors import PenstockError, did_you_mean


class StoreUnreachable(PenstockError):
    """The file system behind the store does not answer, or will not let us."""

    passing = True

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"the store of champions {url} can't be used: {problem}\n"
            "  fix: mend what it says, or PENSTOCK_CHAMPIONS; unset, it means champions in this "
            "workspace"
        )


class NotAStore(PenstockError):
    """PENSTOCK_CHAMPIONS names no folder and no file system that is installed."""

    def __init__(self, url: str, problem: str, fix: str) -> None:
        super().__init__(f"PENSTOCK_CHAMPIONS={url}: {problem}\n  fix: {fix}")


class BadFile(PenstockError):
    """A file of the store is not what penstock wrote there."""

    def __init__(self, place: str, problem: str, fix: str) -> None:
        super().__init__(f"{place}: {problem}\n  fix: {fix}")


class NotKept(PenstockError):
    """A version was named that the store does not hold, or not all of it."""

    def __init__(self, project: str, key: str, place: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no whole model {key!r} in {place}; {did_you_mean(key, known)}\n"
            f"  fix: penstock promote {project}   (keeps the model that dvc.lock records)"
        )


class PointerMoved(PenstockError):
    """Another process changed the champion between reading and writing the pointer."""

    passing = True

    def __init__(self, project: str, expected: str | None, found: str | None) -> None:
        super().__init__(
            f"champion of {project}: expected {expected or 'none'}, found {found or 'none'}; "
            "somebody else has just moved the pointer, and nothing was changed\n"
            f"  fix: penstock lineage {project}   (shows the champion as it is), then decide again"
        )


class NoDecision(PenstockError):
    """A decision was asked for that nobody has written."""

    def __init__(self, project: str, decision: str, known: Iterable[str]) -> None:
        super().__init__(
            f"no decision {decision!r} on {project}; {did_you_mean(decision, known)}\n"
            f"  fix: penstock promote {project}   (decides, and writes it down)"
        )


class NoChampion(PenstockError):
    """The project has never had a champion."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"{project}: it has no champion yet\n"
            f"  fix: penstock promote {project}   (judges the first one by the floor)"
        )
