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
SHORT = {
    "average_precision": "AP",
    "roc_auc": "AUC",
    "card_precision@100": "CP@100",
    "ndcg@10": "nDCG@10",
    "map@10": "MAP@10",
    "coverage@10": "coverage",
    "accuracy": "accuracy",
}
SHOWN = 8  # candidates of a project; the others stand in its report
LEADING_SPLIT_ONLY = {"map@10", "coverage@10"}


def main() -> None:
    params = load_params(ROOT)
    tables = []
    for board in leaderboards(ROOT, params, list(params.projects)):
        published = params.project(board.project).published
        figures = published.figures if published else {}
        found = (split for scores in board.scores.values() for split in scores)
        splits = [name for name in dict.fromkeys(found) if not name.startswith("validation")]
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
    columns = [
        (split, metric)
        for split in splits
        for metric in board.metrics
        if metric in SHORT and (split == board.split or metric not in LEADING_SPLIT_ONLY)
    ]
    head = [f"{split.replace('_', ' ')} {SHORT[metric]}" for split, metric in columns]
    lines = [f"| {board.project} | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
    headline = next(metric for metric in board.metrics if metric in SHORT)
    for name in board.order[:SHOWN]:
        cells = []
        for split, metric in columns:
            estimate = board.scores[name].get(split, {}).get(metric)
            known = figures.get(name, {}).get(split, {}).get(metric)
            cells.append(_cell(estimate, known, metric == headline))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    more = len(board.order) - SHOWN
    if more > 0:
        told = f"{more} more: `penstock leaderboard {board.project}`"
        lines.append(f"| {told} {'| ' * len(head)}|")
    return "\n".join(lines) + "\n"


def _cell(estimate: dict[str, float] | None, known: float | None, interval: bool) -> str:
    """Ours, with its interval where wanted, and the published figure behind it."""
    if estimate is None:
        return "–"
    digits = 4 if estimate["mean"] > 0.98 else 3  # what is lacking to 1 is what differs
    cell = f"{estimate['mean']:.{digits}f}"
    if interval:
        cell += f" [{estimate['low']:.{digits}f}, {estimate['high']:.{digits}f}]"
    return cell + (f" ({known:.3f})" if known is not None else "")


if __name__ == "__main__":
    main()
