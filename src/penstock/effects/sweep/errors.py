"""What stops a sweep or one of its trials, and what to do about it."""

from __future__ import annotations

from penstock.core.errors import PenstockError
from penstock.effects.sweep.study import Study


class SweepAtWork(PenstockError):
    """Another process runs the same sweep."""

    def __init__(self, candidate: str, holder: object) -> None:
        super().__init__(
            f"the sweep of {candidate} is at work already: {holder}\n"
            "  fix: wait for it, or end it and run the command again (what has ended is kept)"
        )


class TooManyJobs(PenstockError):
    """More trials at work than the sweep allows."""

    def __init__(self, candidate: str, jobs: int, parallel: int) -> None:
        super().__init__(
            f"--jobs {jobs}: sweeps.{candidate}.parallel of params.yaml allows {parallel}\n"
            f"  fix: --jobs {parallel}, or raise `parallel` there (which begins another sweep)"
        )


class PresentFails(PenstockError):
    """The setting that stands in params.yaml can't be fitted: there is nothing to compare with."""

    def __init__(self, study: Study, why: str) -> None:
        file = study.log_file(0).relative_to(study.root)
        super().__init__(
            f"{study.candidate} can't be fitted as it stands in params.yaml: {why}\n"
            f"  fix: mend what {file} says, then: rm -r {study.folder.relative_to(study.root)}"
        )


class Stopped(PenstockError):
    """The sweep was closed while a trial was at work."""

    def __init__(self, number: int) -> None:
        super().__init__(f"trial {number} was stopped; it runs again with the next sweep")


class SharesRows(PenstockError):
    """The split of a sweep holds rows on which the candidates are judged."""

    def __init__(self, candidate: str, split: str, judged: str, shared: int) -> None:
        super().__init__(
            f"sweeps.{candidate}.split: {split!r} holds {shared:,} of the rows that {judged!r} "
            "judges on: settings chosen there have seen the answer\n"
            f"  fix: name a split of params.yaml cut from the rows that {judged!r} learns from"
        )


class FeaturesChanged(PenstockError):
    """data/P/features is not what the sweep began with."""

    def __init__(self, study: Study) -> None:
        project = study.block.project
        super().__init__(
            f"data/{project}/features has changed since this sweep began\n"
            f"  fix: penstock sweep {study.candidate}   (which begins another)"
        )


class NoNumber(PenstockError):
    """A fold's metric is no number, so trials can't be compared by it."""

    def __init__(self, metric: str, fold: int, value: float) -> None:
        super().__init__(f"{metric} of fold {fold} is {value}; a trial needs a number")
