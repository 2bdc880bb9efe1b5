"""Bringing spools to the shelf, in a process of its own: Arrow has no place beside the requests.

`python -m penstock.serving.log.home ROOT COMPACT_FILES` brings home what lies there at each line
that it is sent, and answers with a line of JSON; at the end of its input, once more, and ends. So
it outlives a server that was killed just as long as it takes to bring home what that left.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from penstock.serving.contracts import Prediction
from penstock.serving.log.frames import read_frames
from penstock.serving.log.opening import open_shelf
from penstock.serving.log.rows import to_table
from penstock.serving.log.shelf import Shelf, spool_folder
from penstock.serving.log.spool import claimed, spools

POLITE = 19  # how far it steps back for those who answer


def bring_home(folder: Path, shelf: Shelf) -> int:
    """Move what lies on spools that nobody writes to `shelf`; how many predictions were left out.

    Killed in between, the same rows are put again under the same name, which is once.
    """
    unfit: list[Prediction] = []
    for path in spools(folder):
        with claimed(path) as ours:
            if ours:
                shelf.put(path.stem, _tables(path, unfit))
                path.unlink()
    return len(unfit)


def _tables(path: Path, unfit: list[Prediction]) -> Iterator[pa.Table]:
    """A spool's rows; those that no table takes go to `unfit`, and no other with them."""
    for part in read_frames(path):
        try:
            yield to_table(part)
        except ValueError:
            for one in part:
                try:
                    table = to_table([one])
                except ValueError:
                    unfit.append(one)
                else:
                    yield table


def main(root: Path, compact_files: int) -> None:
    with contextlib.suppress(OSError):
        os.nice(POLITE)
    shelf = open_shelf(root)
    while True:
        line = sys.stdin.readline()
        told: dict[str, str | int | None] = {"problem": None, "unfit": 0}
        try:
            told["unfit"] = bring_home(spool_folder(root), shelf)
            shelf.tidy(compact_files)
        except Exception as error:  # it lives on, whatever it was
            told["problem"] = str(error) or repr(error)
        with contextlib.suppress(BrokenPipeError):  # nobody is left to hear it
            print(json.dumps(told), flush=True)
        if not line:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
