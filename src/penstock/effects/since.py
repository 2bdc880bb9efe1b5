"""What has changed since dvc.lock was written, as far as that is told without DVC."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from penstock.core.config import PARAMS
from penstock.core.documents import read_yaml
from penstock.engine.lint.template import Unresolved, look_up
from penstock.lineage import Entry, Lock, md5_of

CODE = "src/"


class Since:
    """Compares entries of dvc.lock with the checkout `root`; a dep of several is read once.

    A folder of code is not compared: which of its files count is DVC's to say.
    """

    def __init__(self, root: Path, lock: Lock) -> None:
        self._root, self._lock = root, lock
        self._params = read_yaml(root / PARAMS)
        self._md5 = cache(md5_of)

    def changed(self, addresses: Iterable[str]) -> list[str]:
        """Params and deps of these stages that are others now; raises NotBuilt."""
        entries = [self._lock.entry(address) for address in addresses]
        return list(dict.fromkeys(one for entry in entries for one in self._changed(entry)))

    def _changed(self, entry: Entry) -> Iterator[str]:
        yield from (key for key, value in entry.params.items() if not self._holds(key, value))
        for path, md5 in entry.deps.items():
            full = self._root / path
            if not md5 or (full.is_dir() and path.startswith(CODE)):
                continue
            if not full.exists() or self._md5(full) != md5:
                yield path

    def _holds(self, key: str, value: Any) -> bool:
        try:
            return _plain(look_up(key, self._params)) == _plain(value)
        except Unresolved:
            return False


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
