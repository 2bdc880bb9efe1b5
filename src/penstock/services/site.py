"""Which files of a workspace are pages, and where on the site they stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from penstock.core.config import load_params
from penstock.core.errors import PenstockError
from penstock.effects.champions.opening import open_place
from penstock.effects.champions.store import Store
from penstock.effects.worktree import FOLDER
from penstock.pages.contents import Link, Shelf, contents_page

REPORTS, DECISIONS, WORKTREES = "reports", "champions", "worktrees"
SUFFIXES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
FIRST = ("index.html", "gate.html")
WORDS = {"index.html": "Report", "gate.html": "Data gate"}


class Site:
    """The pages of one workspace, read anew each time.

    Args:
        root: the checkout.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def contents(self) -> bytes:
        """The page that leads to all others; what is wrong with the workspace, where it is."""
        params = load_params(self._root)
        shelves = [self._shelf(project) for project in params.projects]
        return contents_page(self._root.name, shelves).encode()

    def read(self, path: str) -> bytes | None:
        """The content of the page at `path` (no slash in front); None where there is none.

        Only files below reports/, those of worktrees too, and the decisions of the store are
        pages, of the kinds in SUFFIXES; no path leads out of them, and none to a hidden file.
        """
        parts = PurePosixPath(path).parts
        if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        if PurePosixPath(path).suffix not in SUFFIXES:
            return None
        if parts[0] == REPORTS and len(parts) > 1:
            return self._file(self._root / REPORTS, parts[1:])
        if parts[0] == WORKTREES and REPORTS in parts[2:-1]:
            return self._file(self._root / FOLDER, parts[1:])
        if parts[0] == DECISIONS and len(parts) == 4 and parts[2] == "decisions":
            return open_place(self._root).read("/".join(parts[1:]))
        return None

    def _file(self, folder: Path, parts: tuple[str, ...]) -> bytes | None:
        try:
            file = folder.joinpath(*parts).resolve()  # where links lead, too
            if not file.is_relative_to(self._root) or not file.is_file():
                return None
            return file.read_bytes()
        except OSError:  # a name too long for a file, or a file that is not ours to read
            return None

    def _shelf(self, project: str) -> Shelf:
        folder = self._root / REPORTS / project
        names = sorted(file.name for file in folder.glob("*.html") if file.name not in FIRST)
        found = [name for name in (*FIRST, *names) if (folder / name).is_file()]
        pages = [
            Link(WORDS.get(n, n.removesuffix(".html")), f"{REPORTS}/{project}/{n}") for n in found
        ]
        pages += [
            Link(f"{WORDS[file.name]} of {file.parents[2].name}", self._address(file))
            for name in FIRST
            for file in sorted((self._root / FOLDER).glob(f"*/{REPORTS}/{project}/{name}"))
        ]
        champion, decisions = self._champion(project)
        return Shelf(project, champion, tuple(pages), decisions)

    def _address(self, file: Path) -> str:
        """Where a page of a worktree stands on the site."""
        return f"{WORKTREES}/{file.relative_to(self._root / FOLDER).as_posix()}"

    def _champion(self, project: str) -> tuple[str | None, tuple[Link, ...]]:
        """A store that can't be read hides no report."""
        try:
            store = Store.open(self._root)
            pointer, decisions = store.pointer(project), store.decisions(project)
        except PenstockError:
            return None, ()
        links = [
            Link(_words(one), f"{DECISIONS}/{project}/decisions/{one['id']}.html")
            for one in reversed(decisions)
        ]
        return pointer.candidate if pointer else None, tuple(links)


def _words(decision: Mapping[str, Any]) -> str:
    """When, on whom, and what came of it."""
    challenger = decision.get("challenger") or {}
    parts = [
        str(decision["at"])[:16].replace("T", " "),
        challenger.get("candidate"),
        decision.get("outcome"),
    ]
    return " · ".join(str(part) for part in parts if part)
