"""Where the store of a workspace lies: PENSTOCK_CHAMPIONS, else its folder champions."""

from __future__ import annotations

import os
from pathlib import Path

from penstock.effects.champions.folder import Folder
from penstock.effects.champions.place import Place

CHAMPIONS = "champions"
VARIABLE = "PENSTOCK_CHAMPIONS"


def open_place(root: Path) -> Place:
    """The place that the environment names; a relative folder is one of `root`.

    Raises:
        NotAStore: no such file system, or it is not installed.
        StoreUnreachable: it is, and does not let us in.
    """
    named = os.environ.get(VARIABLE) or CHAMPIONS
    if named.startswith("file://"):
        return Folder(Path(named.removeprefix("file://")))
    if "://" in named or "::" in named:
        from penstock.effects.champions.bucket import Bucket  # brings fsspec

        return Bucket(named, root / ".penstock" / "champions" / ".locks")
    return Folder(root / Path(named).expanduser())
