"""DVC's repository, opened patiently; its errors become ours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.core.errors import PenstockError
from penstock.core.files import write_text

if TYPE_CHECKING:
    from dvc.repo import Repo

LOCK = "dvc.lock"
LOOK_SECONDS = 0.02


class GraphError(PenstockError):
    """DVC can't make a graph out of dvc.yaml and dvc.lock, or can't look at it now."""

    def __init__(self, problem: str, fix: str, file: str = "dvc.yaml") -> None:
        super().__init__(f"{file}: {problem}\n  fix: {fix}")


@contextmanager
def open_repository(root: Path) -> Iterator[Repo]:
    """DVC's view of `root`, patient about its lock; its errors become ours."""
    from dvc.exceptions import DvcException
    from dvc.lock import LockError
    from dvc.repo import Repo

    try:
        repo = Repo(str(root), _wait_for_lock=True)
        _wait_promptly(repo.lock)
        try:
            yield repo
        finally:
            repo.close()
    except LockError as error:
        raise GraphError(str(error), "wait for it to end, then run the command again") from None
    except DvcException as error:
        problem = (str(error).strip() or type(error).__name__) + _place(error)
        if LOCK in problem:  # a file that DVC writes: nobody has to mend it by hand
            fix = f"git checkout {LOCK}   (or mend it; without it, every stage runs again)"
            raise GraphError(problem, fix, LOCK) from None
        file = "params.yaml" if "params.yaml" in problem else "dvc.yaml"
        raise GraphError(problem, f"mend {file}; `dvc status` says the same", file) from None


def _place(error: BaseException | None) -> str:
    """Which line of a YAML file, or which of its keys, DVC means; it prints that, but says it not.

    What says it is ruamel.yaml's error or voluptuous', from which DVC has made its own.
    """
    while error is not None:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            return f", line {mark.line + 1}: {getattr(error, 'problem', None) or 'no YAML'}"
        if keys := [one for one in getattr(error, "errors", ()) if hasattr(one, "path")]:
            return "".join(f"\n  {'.'.join(map(str, one.path))}: {one.msg}" for one in keys)
        error = error.__cause__
    return ""


def _wait_promptly(lock: Any) -> None:
    """Have DVC look for its lock each LOOK_SECONDS; by itself it sleeps half a second between."""
    from dvc.lock import Lock, LockError

    def wait() -> None:
        while True:
            try:
                lock._do_lock()
                return
            except LockError:
                time.sleep(LOOK_SECONDS)

    if isinstance(lock, Lock):  # a checkout may ask for hard links instead, which wait otherwise
        lock.lock = wait


@contextmanager
def modify_whole(path: str, fs: Any = None) -> Iterator[Any]:
    """A YAML file to change; at the end it is replaced by the new one in a single step."""
    from dvc.utils.serialize import dumps_yaml, parse_yaml_for_update

    file = Path(path)
    data = parse_yaml_for_update(file.read_text(encoding="utf-8"), path) if file.exists() else {}
    yield data
    write_text(file, dumps_yaml(data))
