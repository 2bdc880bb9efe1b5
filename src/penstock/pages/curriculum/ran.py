"""What the last whole run of the tests says of the rows that they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from penstock.core.errors import DocumentError, PenstockError
from penstock.core.files import read_json
from penstock.core.settings import Settings, parse

LAST_RUN = ".penstock/curriculum/last_run.json"
FIX = "make test"


class Ran(Settings):
    """One test that holds one row.

    Attributes:
        test: `path::name`, without parameters.
        held: what its checks say they held, `equal to torch to 1e-08`.
        of: files that it names as the implementation; empty where they follow from its place.
        figure: `project/candidate/split/metric` of a figure that the row is measured by.
    """

    test: str
    row: str
    outcome: Literal["passed", "failed", "skipped"]
    held: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    figure: str | None = None


class NotRun(PenstockError):
    """Nothing says which tests ran."""

    def __init__(self) -> None:
        super().__init__(f"{LAST_RUN}: no such file, so nothing says which tests ran\n  fix: {FIX}")


def read_last_run(root: Path) -> list[Ran]:
    """What the tests left behind.

    Raises:
        NotRun: the whole suite has never run here.
        DocumentError: the file is not what the tests write.
    """
    try:
        found = read_json(root / LAST_RUN)
    except FileNotFoundError:
        raise NotRun from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DocumentError(LAST_RUN, f"no JSON: {error}") from None
    return [parse(Ran, one, "", LAST_RUN) for one in found]
