"""Where the prediction log lies: PENSTOCK_LOG, else .penstock/serving/log in the workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from penstock.serving.log.errors import NotALog
from penstock.serving.log.settings import LogSettings
from penstock.serving.log.shelf import Shelf, spool_folder
from penstock.serving.log.writer import SpooledLog

if TYPE_CHECKING:
    from penstock.serving.log.reader import Reader

VARIABLE = "PENSTOCK_LOG"  # not in params.yaml: it holds a password


def open_log(root: Path, settings: LogSettings) -> SpooledLog:
    """The log of the server in `root`; close it.

    Raises:
        NotALog: PENSTOCK_LOG names no PostgreSQL, or its driver is not installed.
    """
    if database() is not None:
        open_shelf(root)  # before anything is answered
    return SpooledLog(root, settings, lambda: open_shelf(root))


def open_reader(root: Path) -> Reader:
    """The log of `root` for everybody else; raises NotALog."""
    from penstock.serving.log.reader import Reader

    return Reader(spool_folder(root), open_shelf(root))


def database() -> str | None:
    """The URL of the database that PENSTOCK_LOG names; None where the log lies in files.

    Raises:
        NotALog: it is no URL of PostgreSQL.
    """
    url = os.environ.get(VARIABLE)
    if not url:
        return None
    if not url.startswith(("postgresql://", "postgres://")):
        scheme = url.partition("://")[0]
        fix = f"export {VARIABLE}=postgresql://USER:PASSWORD@HOST/DATABASE   (or unset it)"
        raise NotALog(f"{scheme}://…", "expected a URL that begins with postgresql://", fix)
    return url


def open_shelf(root: Path) -> Shelf:
    """Where predictions lie for good, which brings Arrow; raises NotALog."""
    url = database()
    if url is None:
        from penstock.serving.log.days import Days

        return Days(root / ".penstock" / "serving" / "log")
    from penstock.serving.log.postgres import Postgres

    return Postgres(url)
