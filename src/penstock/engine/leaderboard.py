"""A leaderboard as Markdown, for the page of a flow run."""

from __future__ import annotations

from penstock.pages.leaderboard import Leaderboard


def to_markdown(board: Leaderboard) -> str:
    """A table of the leading split, best candidate first, with 95 % intervals."""
    lines = [
        f"# {board.project} · split “{board.split}”",
        "",
        "| candidate | " + " | ".join(board.metrics.values()) + " |",
        "|---|" + "--:|" * len(board.metrics),
    ]
    for name in board.order:
        found = board.scores[name][board.split]
        cells = [_cell(found.get(metric)) for metric in board.metrics]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", f"The report lies in `{board.page}`.", ""])


def _cell(estimate: dict[str, float] | None) -> str:
    if estimate is None:
        return "–"
    return "{mean:.3f} [{low:.3f}, {high:.3f}]".format(**estimate)
