"""Start the servers of a workspace, keep them alive, end them all at the first signal."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from penstock.engine.ending import SIGNALS
from penstock.engine.processes import ProcessGroup
from penstock.services import descendants
from penstock.services.deploy import NotDeployed
from penstock.services.leftovers import end_left, forget, note
from penstock.services.plan import Plan, make_plan
from penstock.services.running import FOLDER, alone, announce
from penstock.services.supervisor import Stopped, Supervisor


def up(root: Path, host: str, ports: Mapping[str, int], *, exposed: bool, console: Console) -> None:
    """Run the servers of `root` until SIGINT, SIGTERM or SIGHUP; no child is left.

    Args:
        host: where they listen.
        ports: by the names of `plan.PORTS`; 0 means any that is free.
        exposed: a host beyond loopback is meant.

    Raises:
        AlreadyUp: they run in this workspace.
        NotLoopback, PortTaken, NoSuchHost: see `plan.make_plan`.
        DidNotStart: one of them ended, or was not ready in time.
        NotDeployed: the server refused what is to run.
    """
    with alone(root), _signals() as stop:
        if end_left(root):
            _tell(console, "ended", "the servers of a penstock up that was killed")
        plan = make_plan(root, host, ports, exposed=exposed)
        descendants.adopt()
        supervisor = Supervisor(stop, partial(_tell, console), partial(note, root))
        try:
            with console.status("starting; the first time takes half a minute"):
                supervisor.start(*plan.first)
                _deploy(root, plan, stop)
                _tell(console, "deploy", "pool, deployments and automations are registered")
                supervisor.start(plan.worker)
            announce(root, plan.prefect, plan.mlflow, plan.reports)
            _show(plan, console)
            supervisor.watch()
        except Stopped:
            pass
        finally:
            supervisor.stop()
            forget(root)
        _say(console, "all servers have ended")


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """An event that the first signal sets; the others change nothing, the end is under way."""
    stop = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {one: signal.getsignal(one) for one in SIGNALS}
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:  # `nohup` means it
            signal.signal(one, leave)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _deploy(root: Path, plan: Plan, stop: threading.Event) -> None:
    """In a process of its own: Prefect reads its settings once, and takes 100 MB."""
    command = [sys.executable, "-m", "penstock.cli", "deploy"]
    group = ProcessGroup(command, root, plan.environment)
    said: list[str] = []
    follower = threading.Thread(target=lambda: status.append(group.follow(said.append)))
    status: list[int] = []
    follower.start()
    while follower.is_alive():
        follower.join(0.2)
        if stop.is_set():
            group.end()
            raise Stopped
    (root / FOLDER / "deploy.log").write_text("\n".join([*said, ""]), encoding="utf-8")
    if status != [0]:
        raise NotDeployed("\n".join(said))


def _tell(console: Console, name: str, says: str) -> None:
    _say(console, f"  {name:<8} {says}")


def _say(console: Console, line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone; the servers need not know
        console.print(line, highlight=False, soft_wrap=True)


def _show(plan: Plan, console: Console) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("Prefect", plan.prefect, "runs and schedules")
    table.add_row("MLflow", plan.mlflow, "what was tried")
    table.add_row("Reports", plan.reports, "reports, gates, decisions")
    table.add_row("Logs", str(FOLDER), "one of each")
    console.print(table, highlight=False)
    _say(console, f"export PREFECT_API_URL={plan.prefect}/api")
    _say(console, "Ctrl-C ends them all")
