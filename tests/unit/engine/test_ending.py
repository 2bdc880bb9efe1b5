"""Signals end a process after what it has started, in the order that was asked for."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import signal, sys, time
from pathlib import Path
from penstock.engine.ending import Ending

def say(word):
    with open("said.txt", "a") as file:
        file.write(word)

def fail():
    raise OSError("the server is gone")

ending = Ending()
ending.first(lambda: say("server"))
ending.first(fail)
if "nohup" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
ending.watch()
signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as a library might
ending.first(lambda: say("stages "))
Path("ready").touch()
try:
    time.sleep(60)
finally:
    say("unwound")
"""


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, stderr=subprocess.PIPE, text=True
    )
    while not (folder / "ready").exists():
        assert process.poll() is None
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_named_last_ends_first_and_nothing_is_unwound(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = start(tmp_path)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert said == f"\nended by {number.name}; what had ended before is kept\n"
    assert (tmp_path / "said.txt").read_text() == "stages server"


def test_under_nohup_a_hangup_changes_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, "nohup")
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.kill()
    process.communicate()
