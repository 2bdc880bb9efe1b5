"""The way back as a tree in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from penstock.effects.champions.version import State
from penstock.effects.provenance.hop import Hop
from penstock.lineage import SHORT

STYLES: dict[State | None, str] = {"ok": "green", "other": "yellow", "gone": "red", None: "dim"}


def print_tree(hop: Hop, console: Console) -> None:
    """The hops below each other; one that two have in common is told once."""
    tree = Tree(_label(hop), guide_style="dim")
    _grow(tree, hop, [])
    console.print(tree)
    for line in _advice(hop):
        console.print(line, highlight=False, soft_wrap=True)


def _grow(tree: Tree, hop: Hop, told: list[Hop]) -> None:
    for name, file in hop.files.items():
        tree.add(_line(name, file.state, f"sha256 {file.sha256[:SHORT]}", "dim"))
    for below in hop.made_from:
        again = below in told
        branch = tree.add(_label(below, "as above" if again else None))
        if not again:
            told.append(below)
            _grow(branch, below, told)


def _label(hop: Hop, says: str | None = None) -> Text:
    key = str(hop.facts.get("key", ""))
    name = hop.name.replace(key, f"{key[:SHORT]}…") if key else hop.name
    return _line(f"{hop.what}  {name}", hop.state, says or hop.says, "bold")


def _line(name: str, state: State | None, says: str, style: str) -> Text:
    line = Text(name, style=style)
    if state:
        line.append(f"  {state}", style=f"not bold {STYLES[state]}")
    if says:
        line.append(f"\n{says}" if style == "bold" else f"  {says}", style="not bold dim")
    return line


def _advice(hop: Hop) -> list[str]:
    """How to get back what is not here any more."""
    hops = list(hop.walk())
    lost = [one for one in hops if one.state in ("gone", "other")]
    if not lost:
        return ["every hop is here as it was recorded"]
    lines = []
    if hop.what == "champion" and any(one.what == "model" for one in lost):
        project = hop.facts["project"]
        lines.append(
            "the store has lost the champion's model\n"
            f"  fix: penstock rollback {project}   (or, where models/{project} still holds it: "
            f"penstock promote {project})"
        )
    if any(one.what not in ("model", "champion", "revision") for one in lost):
        lines.append(_way_back(hops))
    return lines


def _way_back(hops: list[Hop]) -> str:
    commits = {one.name for one in hops if one.what == "revision" and one.state == "ok"}
    if len(commits) == 1:
        return f"the workspace as it was then: git checkout {commits.pop()} && dvc checkout"
    if all(one.state == "ok" for one in hops if one.what == "training"):
        return "what dvc.lock records: dvc checkout"
    return "no commit holds that dvc.lock: what is not here any more can't be brought back"
