"""`penstock key`: who may ask the server."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from penstock.cli.app import AsJson, app, console, open_workspace

if TYPE_CHECKING:
    from penstock.serving.protection.keyring import Keyring

key_app = typer.Typer(
    no_args_is_help=True, help="API keys of the server: of each one a hash is kept, no more."
)
app.add_typer(key_app, name="key")


class ScopeName(StrEnum):
    """What a key is for; as typer wants choices."""

    score = "score"
    admin = "admin"


@key_app.command()
def create(
    name: Annotated[str, typer.Argument(help="whose it is, in your words")],
    scope: Annotated[
        list[ScopeName] | None,
        typer.Option(help="score: post events; admin: reload, arms, traces; again: both"),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="requests a second; serving.rate if not given")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and tell it, this once; a server that runs knows it within a second.

    The first key makes `penstock serve`, at its next start, ask everybody for one.
    """
    from datetime import UTC, datetime

    from penstock.serving.protection.keys import make_key

    ring = _keyring()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    key, text = make_key(name, [one.value for one in scope or [ScopeName.score]], now, rate)
    ring.add(key)
    if as_json:
        print(json.dumps({**key.model_dump(mode="json"), "key": text}, indent=2))
        return
    print(text)
    console.print(
        f"  {key.id}, for {' and '.join(key.scopes)}; it can't be told again. Send it as\n"
        "  Authorization: Bearer KEY",
        highlight=False,
    )


@key_app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """The keys that are let in: ids and names, never the keys."""
    keys = list(_keyring().keys.values())
    if as_json:
        told = [key.model_dump(mode="json", exclude={"sha256"}) for key in keys]
        print(json.dumps(told, indent=2))
        return
    for key in keys:
        scopes = " and ".join(key.scopes)
        console.print(f"{key.id}  {key.name}  {scopes}  {key.created}", highlight=False)
    if not keys:
        console.print("no keys: penstock serve lets in whoever reaches it", highlight=False)


@key_app.command()
def revoke(key: Annotated[str, typer.Argument(help="its id, or its name")]) -> None:
    """Let a key in no longer; a server that runs forgets it within a second."""
    removed = _keyring().remove(key)
    console.print(f"revoked {removed.id} ({removed.name})", highlight=False)


def _keyring() -> Keyring:
    from penstock.serving.protection.keyring import Keyring
    from penstock.serving.settings import serving_settings

    root, params = open_workspace()
    return Keyring(root / Path(serving_settings(params).keys))
