"""DVC's cache, shared between checkouts, and what is checked out of it."""

from __future__ import annotations

import configparser
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from penstock.core.files import atomic
from penstock.engine.graph.repository import GraphError

LOCAL = Path(".dvc") / "config.local"
CONFIGS = (Path(".dvc") / "config", LOCAL)


def share_cache(workspace: Path, root: Path) -> None:
    """Have the checkout `root` use the cache of `workspace`, and what else its config.local says.

    Raises:
        GraphError: DVC does not know where the cache lies.
    """
    mine = root / LOCAL
    theirs = [workspace / one for one in CONFIGS if (workspace / one).is_file()]
    if mine.is_file() and all(one.stat().st_mtime < mine.stat().st_mtime for one in theirs):
        return
    config = configparser.RawConfigParser(delimiters=("=",))
    config.read(workspace / LOCAL, encoding="utf-8")
    for section in config.sections():
        _make_absolute(config, section, workspace / LOCAL.parent)
    if not config.has_section("cache"):
        config.add_section("cache")
    config.set("cache", "dir", str((workspace / _dvc(workspace, "cache", "dir").strip()).resolve()))
    with atomic(mine) as part, part.open("w", encoding="utf-8") as file:
        config.write(file)


def check_out(root: Path, addresses: Iterable[str]) -> None:
    """Bring the outs that dvc.lock records from the cache to the checkout.

    Those of the stages `addresses` and all they need; of every stage where none is named. What
    the cache lacks is left out: its stages are stale, and run.

    Raises:
        GraphError: DVC failed.
    """
    _dvc(root, "checkout", "--force", "--allow-missing", "--with-deps", *addresses)


def _make_absolute(config: configparser.RawConfigParser, section: str, folder: Path) -> None:
    """DVC reads a relative path of a remote as one that starts at the file it stands in."""
    url = config.get(section, "url", fallback="")
    if url and "://" not in url and not Path(url).is_absolute():
        config.set(section, "url", str((folder / url).resolve()))


def _dvc(root: Path, *arguments: str) -> str:
    """What DVC answers; it waits for its lock where another process holds it."""
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join(done.stderr.removeprefix("ERROR: ").split())
        raise GraphError(said, "mend what it says, then run again", f"dvc {arguments[0]} in {root}")
    return done.stdout
