"""The Prefect server that a run started by hand reports to, and what a signal does to the run."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable

from prefect import State
from prefect.settings import PREFECT_API_URL

from penstock.core.disk import said_of_disk
from penstock.core.errors import PenstockError
from penstock.effects.reach import why_silent
from penstock.engine.ending import Ending

ending = Ending()


class PrefectUnreachable(PenstockError):
    """No Prefect server answers where PREFECT_API_URL points."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"no answer from the Prefect server {url}: {problem}\n"
            "  fix: prefect server start   (or mend PREFECT_API_URL; unset, the run starts a "
            "temporary server)"
        )


def _is_news(entry: logging.LogRecord) -> bool:
    """Prefect logs a state that failed as if it were an exception, then the same when it ends."""
    return not (entry.exc_info and entry.exc_info[0] is None)


logging.getLogger("prefect.task_runs").addFilter(_is_news)


def _leave(number: int, frame: object) -> None:
    """Leave in order: Prefect hands SIGTERM on to this when the run's end is reported."""
    raise SystemExit(128 + number)


def prepare() -> None:
    """Make sure of the server, and of what a signal does; raises PrefectUnreachable."""
    url = PREFECT_API_URL.value()
    if url:
        silent = why_silent(f"{url.rstrip('/')}/health")
        if silent:
            raise PrefectUnreachable(url, silent)
        signal.signal(signal.SIGTERM, _leave)
        return
    from prefect.server.api.server import SubprocessASGIServer

    ending.first(lambda: SubprocessASGIServer().stop())  # the one that Prefect starts
    ending.watch()


def run_by_hand(start: Callable[[], State]) -> int:
    """Run a flow from the command line; the exit status. A user's mistake is one message."""
    try:
        prepare()
        final = start()
    except PenstockError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        said = said_of_disk(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    print(final.message)
    return 0 if final.is_completed() else 1
