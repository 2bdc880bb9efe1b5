"""Write the README's leaderboards from reports/*/metrics.json, between its two comments."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from penstock.core.config import load_params
from penstock.core.files import write_text
from penstock.pages.leaderboard import Leaderboard, leaderboards

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- leaderboard -->", "<!-- /leaderboard -->"
SHORT = {"average_precision": "AP", "roc_auc": "AUC", "card_precision@100": "CP@100"}


def main() -> None:
    params = load_params(ROOT)
    tables = []
    for board in leaderboards(ROOT, params, list(params.projects)):
        published = params.project(board.project).published
        figures = published.figures if published else {}
        splits = [name for name in board.scores[board.order[0]] if name != "validation"]
        splits.sort(key=lambda name: name != board.split)
        tables.append(_table(board, splits, figures))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = before + BEGIN + "\n" + "\n".join(tables) + END + after
    if "--check" in sys.argv:
        sys.exit(0 if made == text else "README.md: run python scripts/readme_figures.py")
    write_text(ROOT / "README.md", made)


def _table(board: Leaderboard, splits: list[str], figures: dict[str, Any]) -> str:
    metrics = [metric for metric in board.metrics if metric in SHORT]
    head = [f"{split} {SHORT[metric]}" for split in splits for metric in metrics]
    lines = [f"| {board.project} | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
    for name in board.order:
        cells = []
        for split in splits:
            for metric in metrics:
                estimate = board.scores[name][split][metric]
                cell = f"{estimate['mean']:.3f}"
                if metric == metrics[0]:
                    cell += f" [{estimate['low']:.3f}, {estimate['high']:.3f}]"
                known = figures.get(name, {}).get(split, {}).get(metric)
                cells.append(cell + (f" ({known:.3f})" if known is not None else ""))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
