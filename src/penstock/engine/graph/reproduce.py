"""`dvc repro --single-item`, for a process that does nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from penstock.engine.graph.repository import GraphError, modify_whole, open_repository
from penstock.engine.outcome import Outcome


def bring_up_to_date(root: Path, address: str, force: bool = False) -> tuple[Outcome, int | None]:
    """Look at one stage alone, and run or restore it where something has changed.

    Args:
        force: run its command, whether anything has changed or not.

    Returns:
        How it ended, and the exit status of the command where that has failed.

    Raises:
        GraphError: DVC could not run it, or not save what it made.
    """
    from dvc.exceptions import ReproductionError

    with open_repository(root) as repo, _counting_commands() as statuses, _whole_lock_files():
        try:
            changed = repo.reproduce(address, single_item=True, force=force)
        except ReproductionError as error:
            if statuses and statuses[-1] != 0:
                return Outcome.FAILED, statuses[-1]
            raise GraphError(_causes(error), f"dvc repro -s {address}   (says more)") from None
    if not changed:
        return Outcome.CACHED, None
    return (Outcome.RAN if statuses else Outcome.RESTORED), None


@contextmanager
def _counting_commands() -> Iterator[list[int]]:
    """The exit statuses of the commands that DVC runs meanwhile.

    DVC tells whether a stage was run or restored, and with which status it failed, by words in
    its log alone; each command of a stage passes through this one function, and no restore does.
    """
    from dvc.stage import run
    from dvc.stage.exceptions import StageCmdFailedError

    statuses: list[int] = []

    def run_counted(executable: str | None, cmd: str, **options: Any) -> None:
        command = run._make_cmd(executable, cmd)
        statuses.append(subprocess.run(command, check=False, **options).returncode)
        if statuses[-1] != 0:
            raise StageCmdFailedError(cmd, statuses[-1])

    theirs, run._run = run._run, run_counted
    try:
        yield statuses
    finally:
        run._run = theirs


@contextmanager
def _whole_lock_files() -> Iterator[None]:
    """DVC writes dvc.lock in place; whoever is killed meanwhile would leave half of it."""
    from dvc import dvcfile

    theirs, dvcfile.modify_yaml = dvcfile.modify_yaml, modify_whole
    try:
        yield
    finally:
        dvcfile.modify_yaml = theirs


def _causes(error: BaseException | None) -> str:
    """What it says, and what those say that it came from."""
    said = []
    while error is not None:
        said.append(str(error).strip())
        error = error.__cause__
    return ": ".join(filter(None, said))
