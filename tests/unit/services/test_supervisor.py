"""Services that end, fall silent or never come up; each a small process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from penstock.services import supervisor as module
from penstock.services.service import Service
from penstock.services.supervisor import DidNotStart, Stopped, Supervisor

LASTING = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(300)"
PARENT = (
    "import pathlib, subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'],"
    " start_new_session=True)\n" + LASTING
)


class Watched:
    """A supervisor in a thread, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.stop = threading.Event()
        self.supervisor = Supervisor(
            self.stop, lambda name, says: self.said.append(f"{name} {says}")
        )
        self._thread = threading.Thread(target=self.supervisor.watch)

    def service(self, name: str, code: str = LASTING, needs: str | None = None) -> Service:
        """Ready while the file of its name is there."""
        mark = self.folder / name

        def problem(since: float) -> str | None:
            return None if mark.exists() else "no mark"

        command = [sys.executable, "-c", code, str(mark)]
        log = self.folder / f"{name}.log"
        return Service(name, command, dict(os.environ), self.folder, log, problem, needs)

    def _hear(self, name: str, says: str) -> None:
        self.said.append(f"{name} {says}")

    def watch(self) -> None:
        self._thread.start()

    def wait(self, holds: Callable[[], object], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.supervisor.stop()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.1)
    one = Watched(tmp_path)
    yield one
    one.end()


def below() -> list[psutil.Process]:
    found = psutil.Process().children(recursive=True)
    return [one for one in found if one.status() != psutil.STATUS_ZOMBIE]


def process_of(name: str) -> psutil.Process:
    [one] = [one for one in below() if one.cmdline() and one.cmdline()[-1].endswith(f"/{name}")]
    return one


def test_who_is_killed_comes_back_each_time_later(watched: Watched) -> None:
    watched.supervisor.start(watched.service("a"))
    watched.watch()
    for times in (1, 2):
        os.kill(process_of("a").pid, signal.SIGKILL)
        watched.wait(lambda times=times: watched.said.count("a started again") == times)
        watched.wait(lambda: [one for one in below() if one.cmdline()[-1].endswith("/a")])
    ends = [line for line in watched.said if "exit status -9" in line]
    assert len(ends) == 2
    log = (watched.folder / "a.log").read_text()
    assert log.count("UTC: started") == 3
    assert log.count("UTC: exit status -9") == 2


def test_who_needs_another_waits_until_that_is_well(watched: Watched) -> None:
    watched.supervisor.start(watched.service("a"))
    watched.supervisor.start(watched.service("b", needs="a"))
    watched.watch()
    (watched.folder / "a").unlink()
    time.sleep(0.3)
    os.kill(process_of("b").pid, signal.SIGKILL)
    watched.wait(lambda: any("b ended" in line for line in watched.said))
    time.sleep(0.5)
    assert "b started again" not in watched.said
    (watched.folder / "a").touch()
    watched.wait(lambda: "b started again" in watched.said)


def test_who_falls_silent_is_ended_and_started_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.3)
    watched.supervisor.start(watched.service("a"))
    first = process_of("a").pid
    watched.watch()
    (watched.folder / "a").unlink()
    watched.wait(lambda: any("a gave no answer" in line for line in watched.said))
    watched.wait(lambda: "a started again" in watched.said)
    assert not psutil.pid_exists(first)


def test_who_ends_at_the_start_is_told_with_the_end_of_its_log(watched: Watched) -> None:
    service = watched.service("a", "import sys; print('no such bank'); sys.exit(3)")
    with pytest.raises(
        DidNotStart, match=r"a did not start: it ended with exit status 3\n"
    ) as told:
        watched.supervisor.start(watched.service("b"), service)
    assert "  | no such bank\n  fix: " in str(told.value)
    watched.end()
    assert below() == []


def test_who_is_never_ready_is_told_with_what_is_missing(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_SECONDS", 0.5)
    service = watched.service("a", "import time; time.sleep(300)")
    with pytest.raises(DidNotStart, match=r"not ready after 0 s \(no mark\)"):
        watched.supervisor.start(service)


def test_a_stop_amid_the_start_is_heard(watched: Watched) -> None:
    watched.stop.set()
    with pytest.raises(Stopped):
        watched.supervisor.start(watched.service("a", "import time; time.sleep(300)"))


def test_the_end_takes_what_services_have_started_in_groups_of_their_own(
    watched: Watched,
) -> None:
    watched.supervisor.start(watched.service("a", PARENT))
    watched.wait(lambda: len(below()) == 2)
    watched.end()
    assert below() == []


def test_those_that_need_others_end_before_them(watched: Watched) -> None:
    code = (
        "import pathlib, signal, sys, time\n"
        "def leave(*_):\n"
        "    pathlib.Path(sys.argv[1] + '.end').write_text(str(time.time())); sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
    ) + LASTING
    watched.supervisor.start(watched.service("a", code))
    watched.supervisor.start(watched.service("b", code, needs="a"))
    watched.end()
    ends = [float((watched.folder / f"{name}.end").read_text()) for name in "ba"]
    assert ends == sorted(ends)
