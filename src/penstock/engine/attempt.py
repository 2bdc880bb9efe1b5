"""One attempt at one stage, as a process of its own: `python -m penstock.engine.attempt`.

    attempt ROOT ADDRESS REPORT LIFE [--force]

REPORT and LIFE are file descriptors of pipes. The outcome is written to REPORT as one line of
JSON, and nowhere else: what DVC and the command print is for people. LIFE is held open by the run
that started this; at its end, however it comes about, the whole process group is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from penstock.core.errors import PenstockError
from penstock.engine.graph.reproduce import bring_up_to_date
from penstock.engine.outcome import Outcome


def main(arguments: list[str]) -> int:
    """The exit status: 0 where the stage is up to date now."""
    root, address, report, life, *options = arguments
    threading.Thread(target=_end_with, args=(int(life),), daemon=True).start()
    os.set_inheritable(int(report), False)  # the stage's command has no use for it
    ended: dict[str, Any]
    try:
        outcome, status = bring_up_to_date(Path(root), address, force="--force" in options)
        ended = {"outcome": outcome, "status": status}
    except PenstockError as error:
        ended = {"outcome": Outcome.FAILED, "status": None}
        print(error)
    sys.stdout.flush()
    os.write(int(report), json.dumps(ended).encode() + b"\n")
    return 0 if ended["outcome"] != Outcome.FAILED else 1


def _end_with(life: int) -> None:
    """Wait until nobody holds the other end any more; then nobody waits for this stage either."""
    os.set_inheritable(life, False)
    os.read(life, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
