"""The page that leads to all others: each project's report, gate, champion and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from penstock.pages.page import fill


@dataclass(frozen=True)
class Link:
    """A page that is there.

    Attributes:
        words: what it is called.
        path: below the site's root, without a slash in front.
    """

    words: str
    path: str


@dataclass(frozen=True)
class Shelf:
    """What there is to read about one project.

    Attributes:
        champion: name of its candidate; None where there is none yet.
        pages: report and gate first.
        decisions: on its champion, newest first.
    """

    project: str
    champion: str | None
    pages: tuple[Link, ...]
    decisions: tuple[Link, ...]


def contents_page(name: str, shelves: Sequence[Shelf]) -> str:
    """HTML, one self-contained file.

    Args:
        name: of the workspace.
    """
    return fill("contents.html", name=name, shelves=shelves)
