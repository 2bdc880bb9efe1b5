"""What can be wrong with the prediction log, each with what to do next."""

from __future__ import annotations

from penstock.core.errors import PenstockError


class LogFull(PenstockError):
    """The writer can't follow, or can't write: the request is shed."""

    passing = True

    def __init__(self, rows: int, problem: str | None) -> None:
        why = problem or "they come faster than they can be written"
        super().__init__(
            f"the prediction log holds {rows:,} predictions that are not on disk yet: {why}\n"
            "  fix: call again later; for the operator: make room on the disk, or set "
            "serving.log.when_full to serve"
        )


class LogUnwritten(PenstockError):
    """The server stops, and what it took can't be written."""

    def __init__(self, rows: int, problem: str) -> None:
        super().__init__(
            f"the prediction log: {rows:,} predictions were answered and could not be written: "
            f"{problem}\n  fix: make room on the disk before the next start"
        )


class LogUnreachable(PenstockError):
    """Where the log lies, by URL, nobody answers, or lets us in."""

    passing = True

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"PENSTOCK_LOG={url}: {problem}\n"
            "  fix: mend what it says; unset, PENSTOCK_LOG means the folder .penstock/serving/log"
        )


class NotALog(PenstockError):
    """PENSTOCK_LOG names nothing that a log can lie in."""

    def __init__(self, url: str, problem: str, fix: str) -> None:
        super().__init__(f"PENSTOCK_LOG={url}: {problem}\n  fix: {fix}")


class UnknownPrediction(PenstockError):
    """No prediction of that id is on record."""

    def __init__(self, prediction_id: str, where: str, problem: str) -> None:
        super().__init__(
            f"no prediction {prediction_id!r} in {where}: {problem}\n"
            "  fix: give the id that an answer of the server carries; a log that lies elsewhere "
            "is named by PENSTOCK_LOG"
        )


class BasisGone(PenstockError):
    """What a list was made from is not here any more, so that nobody can make it again.

    Args:
        what: a folder whose hash is another than is on record.
        revision: the commit of the dvc.lock that knows it; None where it was not committed.
    """

    def __init__(self, prediction_id: str, what: str, revision: str | None) -> None:
        back = f"git checkout {revision} && dvc checkout" if revision else f"bring back {what}"
        super().__init__(
            f"prediction {prediction_id}: {what} is not what the list was made from; the log holds "
            f"its hash alone\n  fix: {back}   (then: penstock replay {prediction_id})"
        )


class BadLog(PenstockError):
    """A file of the log is not what the writer left."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(
            f"{path}: not as the prediction log writes it: {problem}\n"
            f"  fix: move {path} away; the other files can be read without it"
        )


class LabelsUnwritten(PenstockError):
    """Labels came and can't be put on disk."""

    passing = True

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(
            f"{path}: the labels were not taken: {problem}\n"
            "  fix: make room on the disk, then post them again"
        )
