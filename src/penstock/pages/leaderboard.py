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

COLUMNS = 4  # beside the headline, what 80 characters hold; the page shows all


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
    protocol = parse(trials.ProtocolSettings, project.whole_protocol, f"projects.{name}.protocol")
    judged = list(next(iter(scores.values())))
    labels, split = dict(scorer.metrics(protocol)), scorer.leads_on(protocol, judged)
    headline = next(iter(labels))
    judged_on_it = [name for name in scores if headline in scores[name].get(split, {})]
    if not judged_on_it:
        raise DatasetError(
            f"reports/{name}", "its metrics are of another protocol", f"dvc repro evaluate@{name}"
        )
    order = sorted(judged_on_it, key=lambda one: -scores[one][split][headline]["mean"])
    page = str(path.with_name("index.html").relative_to(root))
    return Leaderboard(name, split, labels, scores, order, page)


def print_leaderboards(boards: Sequence[Leaderboard], console: Console) -> None:
    """A table a project, and the commands that compare and show."""
    for board in boards:
        table = Table(title=f"{board.project} · split “{board.split}”", title_justify="left")
        table.add_column("candidate", style="bold", no_wrap=True)
        headline, *rest = board.metrics
        known = {metric for name in board.order for metric in board.scores[name][board.split]}
        others = [metric for metric in rest if metric in known][:COLUMNS]
        label = f"{board.metrics[headline]}\n95 % interval"
        table.add_column(label, justify="right", no_wrap=True)
        for metric in others:
            table.add_column(board.metrics[metric], justify="right")
        for place, name in enumerate(board.order):
            found = board.scores[name][board.split]
            first = found[headline]
            mean, low, high = (_short(first[key]) for key in ("mean", "low", "high"))
            interval = f"{mean} [{low}, {high}]"
            means = [_short(found[metric]["mean"]) if metric in found else "–" for metric in others]
            table.add_row(name, interval, *means, style="green" if place == 0 else None)
        console.print(table)
        elsewhere = [name for name in board.scores if name not in board.order]
        if elsewhere:
            console.print(f"not judged on “{board.split}”: {', '.join(elsewhere)}")
        console.print(f"page     {board.page}\ngate     reports/{board.project}/gate.html\n")
    console.print("compare  dvc metrics diff · dvc plots diff · dvc dag")
    console.print(
        "look     penstock up   (Prefect, MLflow, these pages; on loopback)", highlight=False
    )


def _short(value: float) -> str:
    """Three decimals, four near to 1; of a small value, two digits that tell something."""
    if 0.98 <= value < 1:
        return f"{value:.4f}"
    return f"{value:.3f}" if abs(value) >= 0.01 or not value else f"{value:.2g}"
