"""`python -m penstock.services.worker [NAME]`: a worker of the pool that runs wait in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from penstock.services.api import skip_superseded
from penstock.services.pool import POOL


def main(arguments: Sequence[str]) -> None:
    """Skip what schedules have missed but for the last, then become Prefect's worker.

    PREFECT_API_URL says where the server is.
    """
    skipped = skip_superseded(os.environ["PREFECT_API_URL"].rstrip("/"), POOL)
    print(f"skipped {skipped} runs that later ones stand for", flush=True)
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL]
    command += ["--install-policy", "never"]  # of the type of the pool
    for name in arguments[:1]:
        command += ["--name", name]
    os.execv(sys.executable, command)  # noqa: S606 - the very same interpreter


if __name__ == "__main__":
    main(sys.argv[1:])
