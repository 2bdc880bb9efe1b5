"""What is worth saying of a stage that has made something: how many rows, or how good."""

from __future__ import annotations

from pathlib import Path

from penstock.core.errors import PenstockError
from penstock.core.files import read_json
from penstock.engine.stages import Stage
from penstock.lineage import evaluated_project


def fact_of(root: Path, stage: Stage) -> str:
    """Rows of its largest part, or an evaluation's best candidate; empty where neither is known."""
    project = evaluated_project(stage.address)
    return _best(root, project) if project else _rows(root, stage)


def _rows(root: Path, stage: Stage) -> str:
    for out in stage.outs:
        try:
            rows = read_json(root / out / "manifest.json")["rows"]
            name = max(rows, key=rows.__getitem__)
            return f"{rows[name]:,} {name}"
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def _best(root: Path, project: str) -> str:
    from penstock.core.config import load_params
    from penstock.pages.leaderboard import leaderboards

    try:
        (board,) = leaderboards(root, load_params(root), [project])
    except PenstockError:
        return ""
    best, (metric, label) = board.order[0], next(iter(board.metrics.items()))
    return f"{best}: {label.lower()} {board.scores[best][board.split][metric]['mean']:.3f}"
