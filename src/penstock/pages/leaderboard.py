"""The leaderboard in a terminal: candidates in order, intervals, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from penstock.core.config import Params
from penstock.core.errors import DatasetError
from penstock.core.files import read_json
from penstock.core.settings import parse
from penstock.core.workspace import load_part


@dataclass(frozen=True)
class Leaderboard:
    """One project's candidates, best first on the headline metric of the leading split."""

    project: str
    split: str
    metrics: dict[str, str]
    scores: dict[str, dict[str, dict[str, dict[str, Any]]]]
    order: list[str]
    page: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def leaderboards(root: Path, params: Params, projects: Sequence[str]) -> list[Leaderboard]:
    """Read what evaluate wrote.

    Raises:
        UnknownName: no such project.
        DatasetError: a project has not been evaluated yet.
    """
    return [_leaderboard(root, params, name) for name in projects]


def _leaderboard(root: Path, params: Params, name: str) -> Leaderboard:
    project = params.project(name)
    path = root / "reports" / name / "metrics.json"
    if not path.is_file():
        raise DatasetError(f"reports/{name}", "no metrics.json in it", f"dvc repro evaluate@{name}")
    scores = read_json(path)
    trials, scorer = (load_part("task", project.task, part) for part in ("trials", "scores"))
    protocol = parse(trials.ProtocolSettings, project.protocol, f"projects.{name}.protocol")
    labels, split = dict(scorer.metrics(protocol)), scorer.leads_on(protocol)
    headline = next(iter(labels))
    order = sorted(scores, key=lambda one: -scores[one][split][headline]["mean"])
    page = str(path.with_name("index.html").relative_to(root))
    return Leaderboard(name, split, labels, scores, order, page)


def print_leaderboards(boards: Sequence[Leaderboard], console: Console) -> None:
    for board in boards:
        table = Table(title=f"{board.project} · split “{board.split}”", title_justify="left")
        table.add_column("candidate", style="bold")
        for label in board.metrics.values():
            table.add_column(label, justify="right")
        for place, name in enumerate(board.order):
            cells = [_cell(board.scores[name][board.split], metric) for metric in board.metrics]
            table.add_row(name, *cells, style="green" if place == 0 else None)
        console.print(table)
        console.print(f"page     {board.page}   gate  reports/{board.project}/gate.html\n")
    console.print("compare  dvc metrics diff · dvc plots diff · dvc dag")
    console.print("look     make ui   (MLflow and Prefect on loopback)", highlight=False)


def _cell(metrics: dict[str, dict[str, Any]], metric: str) -> str:
    found = metrics.get(metric)
    if found is None:
        return "–"
    return f"{found['mean']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"
