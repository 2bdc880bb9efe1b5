"""The app that the verbs hang on, and what they share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from penstock.core.workspace import find_root

if TYPE_CHECKING:
    from penstock.core.config import Params

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="One graph from raw data to a tracked, gated leaderboard.\n\n"
    "`dvc repro` builds the graph in dvc.yaml; these verbs are what stands around it.",
)
console = Console(emoji=False)

Project = Annotated[str, typer.Argument(help="a project of params.yaml", show_default=False)]
Projects = Annotated[
    list[str] | None, typer.Argument(help="projects of params.yaml; all of them if none is named")
]
AsJson = Annotated[bool, typer.Option("--json", help="machine-readable, on standard output")]


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", help="print the version and leave")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"penstock {version_of('penstock')}")
        raise typer.Exit


def open_workspace() -> tuple[Path, Params]:
    """The checkout that the command was called in, and its params.yaml."""
    from penstock.core.config import load_params

    root = find_root()
    return root, load_params(root)


def tell(receipt: Any, as_json: bool) -> None:
    """Print what an effect returned: its sentences, or JSON."""
    if as_json:
        print(json.dumps(receipt, indent=2, default=str))
        return
    for line in receipt if isinstance(receipt, list) else [receipt]:
        console.print(line["says"] if isinstance(line, dict) else str(line), highlight=False)
