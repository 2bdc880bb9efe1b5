"""What can be wrong with a rollout, with what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from penstock.core.errors import PenstockError, did_you_mean


class NoChallenger(PenstockError):
    """params.yaml names a challenger that the store does not hold, or more than one."""

    def __init__(self, project: str, named: str, problem: str, known: Iterable[str]) -> None:
        super().__init__(
            f"serving.rollout.{project}.challenger: {named!r}: {problem}; "
            f"{did_you_mean(named, known)}\n"
            f"  fix: name one that waits, or the key of a kept model; to have one wait: "
            f"penstock promote {project}"
        )
