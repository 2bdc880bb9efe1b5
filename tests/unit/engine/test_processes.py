"""A process and all it started, asked to stop."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from penstock.engine.processes import ProcessGroup

STUBBORN = """
import pathlib, signal, sys, time
count = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: count.write_text(count.read_text() + "."))
count.write_text("")
time.sleep(300)
"""


def test_one_that_was_asked_is_asked_no_second_time_and_ends(tmp_path: Path) -> None:
    count = tmp_path / "asked"
    group = ProcessGroup([sys.executable, "-c", STUBBORN, str(count)], tmp_path, dict(os.environ))
    follower = threading.Thread(target=group.follow, args=(lambda line: None,))
    follower.start()
    deadline = time.monotonic() + 20
    while not count.is_file():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert group.ask() == group.ask()
    group.end()
    follower.join(20)
    assert not follower.is_alive()
    assert count.read_text() == "."
