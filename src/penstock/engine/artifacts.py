"""What the page of a flow run shows beside its graph: the plan, and how each stage ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from penstock.core.errors import PenstockError
from penstock.core.files import read_json
from penstock.engine.outcome import Result
from penstock.engine.plan import Planned
from penstock.engine.stages import Stage
from penstock.lineage import Entry, read_lock

STALE = {"stale": "yes", "current": "no", "maybe": "if its upstream changes"}
SUMMARY = "summary.json"
HIDDEN = ".penstock/"  # the site has the worktrees in it without this


def plan_rows(plan: Iterable[Planned]) -> list[dict[str, str]]:
    """One row for each stage of a plan, in its order: stage, stale?, why."""
    return [{"stage": one.address, "stale?": STALE[one.state], "why": one.why} for one in plan]


def artifact_key(*words: str) -> str:
    """A key as Prefect takes it: lower case, digits and dashes."""
    joined = "-".join(words).lower()
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in joined)
    return "-".join(kept.split())


def page_link(root: Path, workspace: Path, path: str, pages: str | None) -> str:
    """Markdown that leads to the page `path` of `root`.

    Args:
        root: where the run took place: the workspace, or a worktree of its own.
        workspace: the checkout whose reports, and those of its worktrees, are served.
        path: relative to `root`, below `reports`.
        pages: address of the server of these pages; None where none is known.
    """
    place = (root / path).relative_to(workspace).as_posix()
    return f"[{path}]({pages.rstrip('/')}/{place.removeprefix(HIDDEN)})" if pages else f"`{place}`"


def stage_page(root: Path, workspace: Path, stage: Stage, result: Result, pages: str | None) -> str:
    """How `stage` ended, as Markdown: outs with their hashes, figures, pages, or its last words.

    Args:
        root, workspace, pages: see page_link.
    """
    first, _, rest = result.message.partition("\n")
    took = f", {result.seconds:.1f} s" if result.seconds else ""
    lines = [f"# {stage.address}: {result.outcome}{took}", "", first]
    if rest:
        lines += ["", "```", rest.replace("```", "'''"), "```"]
    if result.outcome.is_current:
        lines += [*_outs(root, stage), *_figures(root, stage)]
        shown = [path for path in stage.outs if path.endswith(".html")]
        links = [f"- {page_link(root, workspace, path, pages)}" for path in shown]
        lines += ["", "## Pages", "", *links] if links else []
    return "\n".join([*lines, ""])


def _outs(root: Path, stage: Stage) -> Iterator[str]:
    entry = _entry(root, stage.address)
    yield from ("", "| out | md5 |", "|---|---|")
    for path in stage.outs:
        md5 = entry.outs.get(path, "") if entry else ""
        yield f"| `{path}` | `{md5 or '–'}` |"


def _entry(root: Path, address: str) -> Entry | None:
    """What dvc.lock says of a stage; None for data that was added, which it does not list."""
    try:
        return read_lock(root).entry(address)
    except PenstockError:
        return None


def _figures(root: Path, stage: Stage) -> Iterator[str]:
    """A table for each split of the stage's summary of metrics, where it makes one."""
    for path in stage.outs:
        if not path.endswith(f"/{SUMMARY}") or not (root / path).is_file():
            continue
        scores: Mapping[str, Mapping[str, Mapping[str, Any]]] = read_json(root / path)
        for split in dict.fromkeys(split for found in scores.values() for split in found):
            yield from _split(split, {name: found.get(split, {}) for name, found in scores.items()})


def _split(split: str, scores: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    metrics = list(dict.fromkeys(metric for found in scores.values() for metric in found))
    yield from ("", f"## Split “{split}”", "", "| candidate | " + " | ".join(metrics) + " |")
    yield "|---|" + "--:|" * len(metrics)
    for name, found in scores.items():
        yield f"| {name} | " + " | ".join(str(found.get(one, "–")) for one in metrics) + " |"
