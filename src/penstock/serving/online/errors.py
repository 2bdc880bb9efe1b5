"""Why an event is not taken, or the states can't be opened.

`status` is what an HTTP answer says where it isn't 422.
"""

from __future__ import annotations

from typing import ClassVar

from penstock.core.errors import PenstockError


class NoOnlineFeatures(PenstockError):
    """A project does not say how its features are told event by event."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"project {project!r} has no online.py, so its features can't be told of one event\n"
            f"  fix: write src/penstock/projects/{project}/online.py; what it must offer stands in "
            "src/penstock/serving/online/project.py"
        )


class IdReused(PenstockError):
    """One id came with two different bodies."""

    status: ClassVar[int] = 409

    def __init__(self, column: str, number: int) -> None:
        super().__init__(
            f"{column} {number} came before with other values; it was counted as it was then\n"
            "  fix: give each event an id of its own; to send one again, send it unchanged"
        )


class AlreadyCounted(PenstockError):
    """An event was counted so long ago, or by the data, that its answer is not known."""

    status: ClassVar[int] = 409

    def __init__(self, column: str, number: int) -> None:
        super().__init__(
            f"{column} {number} is counted already; its answer is not remembered\n"
            "  fix: leave it; an answer is remembered for serving.features.ids_days of params.yaml"
        )


class StatesUnreachable(PenstockError):
    """The store does not answer, or does not take what waits to be written."""

    status: ClassVar[int] = 503
    passing = True

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"the states in {where} can't be reached: {problem}\n"
            "  fix: free or mount the disk, or start the store again; then try once more"
        )


class StoreMissing(PenstockError):
    """The client of a store is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PENSTOCK_STATES names a Redis, but its client is not installed\n"
            '  fix: pip install "penstock[redis]"'
        )


class StatesTaken(PenstockError):
    """Another process owns the states."""

    def __init__(self, where: str, holder: str) -> None:
        super().__init__(
            f"{where} belongs to {holder}\n"
            "  fix: stop that one; for several servers, set PENSTOCK_STATES=redis://HOST:PORT/0"
        )


class StatesForeign(PenstockError):
    """The states are of other features, and there is no data to make them anew from."""

    def __init__(self, where: str, project: str) -> None:
        super().__init__(
            f"the states in {where} are of other features than those of project {project!r}, and "
            f"data/{project}/valid is not here to make new ones\n"
            f"  fix: run dvc pull data/{project}/valid, or delete {where} to begin with nothing"
        )


class StatesDamaged(PenstockError):
    """A file of states is not as it was written."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"the states in {where} are damaged: {problem}\n"
            f"  fix: rm -r {where}   (the next start makes them of the data)"
        )


class PrepareFailed(PenstockError):
    """The process that makes the states from the data has failed; it said why."""

    def __init__(self, project: str, said: str) -> None:
        super().__init__(f"the states of project {project!r} could not be prepared\n{said}")
