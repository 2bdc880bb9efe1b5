"""A list for one user in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from penstock.effects.recommend import Line, Receipt
from penstock.retrieval.answers import Lane

COLOURS = {Lane.MODEL: "green", Lane.CONTENT: "cyan", Lane.TRENDING: "yellow"}
TOLD = 12  # shares of one item; --json has all


def show(receipt: Receipt, console: Console, explained: bool) -> None:
    """Print the list, best first, and below it what a reader should know."""
    had = f"had {receipt['had']:,}" if receipt["had"] else "had nothing"
    head = f"{receipt['project']} · user {receipt['user']}, {had} · {receipt['candidate']}, "
    console.print(f"{head}{receipt['chosen']}", markup=False, highlight=False, soft_wrap=True)
    if receipt["items"]:
        console.print(_table(receipt, explained))
    for note in receipt["notes"]:
        console.print(note, markup=False, highlight=False, soft_wrap=True)


def _table(receipt: Receipt, explained: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right", style="bright_black")
    table.add_column("item", justify="right", no_wrap=True)
    table.add_column("title", overflow="fold", min_width=20)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("lane", no_wrap=True)
    if explained:
        table.add_column("since the user had", overflow="fold", min_width=24)
    for place, line in enumerate(receipt["items"], start=1):
        cells = [Text(str(place)), Text(str(line["item"])), Text(line["title"])]
        lane = Text(line["lane"], COLOURS[Lane(line["lane"])])
        cells += [Text(f"{line['score']:.4f}"), lane]
        table.add_row(*cells, *([_because(line)] if explained else []))
    return table


def _because(line: Line) -> Text:
    """A line for each item that adds to the score."""
    shown, rest = line["because"][:TOLD], line["because"][TOLD:]
    told = [f"{one['share']:+.4f} {one['title']}" for one in shown]
    if rest:
        told.append(f"{sum(one['share'] for one in rest):+.4f} {len(rest):,} others together")
    return Text("\n".join(told) or "–")
