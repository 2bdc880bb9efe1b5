"""`python -m tests.kill_points WORK FOLDER`: kill it wherever it touches the store, once each.

Python tells an audit hook of every file that is opened, made, renamed or removed. A child is forked
that does the work and kills itself at the n-th of these, for n = 1, 2 … until it ends unharmed.
After each, whoever looks must find the old champion or the new one, and be able to fetch it; and
the same work done again must end as if nothing had happened. Prints how many points there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from penstock.effects.champions import Store
from penstock.effects.rollback import rollback
from tests.champions import PROJECT, crown, keep, make_model, make_version, pointer_to

CHANGES = ("open", "os.mkdir", "os.remove", "os.rename", "os.chmod", "os.truncate", "os.rmdir")


@dataclass(frozen=True)
class Work:
    """What is done to a store: `before` it, the work, and the key that is champion after it."""

    before: Callable[[Path], None]
    do: Callable[[Path], object]
    after: str


def first(root: Path) -> None:
    make_model(root / "b", "model b\n")


def second(root: Path) -> None:
    first(root)
    store = Store.open(root)
    crown(store, keep(store, root, "a"))


def third(root: Path) -> None:
    store = Store.open(root)
    crown(store, keep(store, root, "a"), keep(store, root, "b"))


def promote(root: Path) -> None:
    store, version = Store.open(root), make_version(root / "b", "b")
    store.keep(PROJECT, version, root / "b")
    now = store.pointer(PROJECT)
    if now is None or now.key != version.key:
        store.point(PROJECT, pointer_to(version), now.key if now else None)


WORKS = {
    "first": Work(first, promote, "b" * 64),
    "second": Work(second, promote, "b" * 64),
    "rollback": Work(third, lambda root: rollback(root, PROJECT, "a"), "a" * 64),
}


def die_at(point: int, store: Path) -> None:
    """Kill this process at the `point`-th change below `store`."""
    left = iter(range(point - 1, -1, -1))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        told = str(arguments[0]) if arguments else ""
        if event in CHANGES and told.startswith(str(store)) and next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def survives(root: Path, work: Work, point: int) -> bool:
    """Do the work in a child that is killed at `point`; whether it ended before."""
    child = os.fork()
    if child == 0:
        die_at(point, root / "champions")
        work.do(root)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return not os.WIFSIGNALED(status)


def look(root: Path, allowed: set[str | None]) -> None:
    """Whoever reads the store finds one of the `allowed` champions, whole."""
    store = Store.open(root)
    pointer = store.pointer(PROJECT)
    assert (pointer.key if pointer else None) in allowed, pointer
    for key in store.versions(PROJECT):
        store.fetch(PROJECT, key)
    if pointer:
        store.fetch(PROJECT, pointer.key)
        assert pointer.decision is None or store.decision(PROJECT, pointer.decision)


def main(name: str, folder: Path) -> int:
    work = WORKS[name]
    for point in count(1):
        root = folder / str(point)
        root.mkdir(parents=True)
        work.before(root)
        was = Store.open(root).pointer(PROJECT)
        unharmed = survives(root, work, point)
        look(root, {was.key if was else None, work.after})
        work.do(root)
        look(root, {work.after})
        assert not list((root / "champions" / PROJECT / "models").rglob("*.part"))
        shutil.rmtree(root)
        if unharmed:
            return point - 1
    raise AssertionError


if __name__ == "__main__":
    os.environ.pop("PENSTOCK_CHAMPIONS", None)
    print(main(sys.argv[1], Path(sys.argv[2])))
