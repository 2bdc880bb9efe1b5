"""The documentation as data: pages, their blocks, and the commands, names and links in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")),
)
# What a line of an untagged block begins with, where the block holds commands.
PROGRAMS = frozenset(
    ("$EDITOR", ".venv/bin/python", ".venv/bin/uv", "dvc", "export", "git", "make", "mlflow")
) | {"docker", "kubectl", "penstock", "pip", "prefect", "python", "source"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """What stands between two fences; `line` is that of the first fence."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """One command, split as a shell would split it."""

    page: str
    line: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def place(self) -> str:
        return f"{self.page}, line {self.line}: {self}"


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[Block]:
    """The blocks of `page` that are tagged with one of `languages`; "" is no tag."""
    text = text_of(page)
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1], found[2])
        for found in FENCE.finditer(text)
        if found[1] in languages
    ]


def block_after(page: str, words: str, language: str) -> str:
    """The first block of that language below the first place where `words` stand."""
    start = text_of(page)[: text_of(page).index(words)].count("\n") + 1
    return next(block.text for block in blocks(page, language) if block.line >= start)


def commands(page: str) -> list[Command]:
    """Every command in the blocks of `page`, in order."""
    found = []
    for block in blocks(page, "", "console", "sh"):
        lines = block.text.splitlines()
        if block.language == "" and lines[0].split()[0] not in PROGRAMS:
            continue  # a message, a tree of folders, a drawing
        for number, line in enumerate(lines, block.line + 1):
            if block.language != "console":
                found += [Command(page, number, words) for words in split(line)]
            elif line.startswith("$ "):
                found += [Command(page, number, words) for words in split(line[2:])]
    return found


def mentioned_commands(page: str) -> list[Command]:
    """The commands in the running text of `page`: code of two words or more."""
    found = []
    for line, span in spans(page):
        if span.split()[0] in PROGRAMS and " " in span:
            found += [Command(page, line, words) for words in split(span)]
    return found


def split(line: str) -> Iterator[tuple[str, ...]]:
    """The commands of a line, without its comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if set(word) <= set(";&|"):
            if words:
                yield tuple(words)
            words = []
        else:
            words.append(word)


def spans(page: str) -> list[tuple[int, str]]:
    """(line, code) for all code in the running text of `page`."""
    text = FENCE.sub(lambda found: "\n" * found[0].count("\n"), text_of(page))
    return [
        (text.count("\n", 0, found.start()) + 1, " ".join(found[1].split()))
        for found in SPAN.finditer(text)
    ]


def links(page: str) -> list[str]:
    """The targets of all links and pictures of `page` that lie in this repository."""
    return [link for link in LINK.findall(text_of(page)) if "://" not in link]


def anchors(page: str) -> set[str]:
    """What a link to a heading of `page` may be called, after the rule of GitHub."""
    headings = HEADING.findall(FENCE.sub("", text_of(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def first_column(page: str, heading: str) -> set[str]:
    """The code in the first column of the table below a heading."""
    below = text_of(page).split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line.split("|")[1] for line in below.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in SPAN.findall(row)}


def yaml_blocks(page: str) -> list[tuple[Block, Any]]:
    """Each YAML block of `page` with its value; an indented one is a part of a larger file."""
    return [(block, yaml.safe_load(block.text)) for block in blocks(page, "yaml")]
