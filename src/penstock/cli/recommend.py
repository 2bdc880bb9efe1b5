"""`penstock recommend`: what one user would be shown, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from penstock.cli.app import AsJson, app, console, open_workspace, tell


@app.command()
def recommend(
    project: Annotated[str, typer.Argument(help="a project whose task is ranking")],
    user: Annotated[str, typer.Argument(help="an id of the log, or any other: a newcomer")],
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="items in the list")] = 10,
    category: Annotated[
        list[str] | None, typer.Option(help="only items of it; again: or of that one")
    ] = None,
    without_category: Annotated[
        list[str] | None, typer.Option(help="no item of it; again: nor of that one")
    ] = None,
    since: Annotated[int | None, typer.Option(help="only items of that year or later")] = None,
    until: Annotated[int | None, typer.Option(help="only items of that year or earlier")] = None,
    viewer_age: Annotated[
        int | None, typer.Option(min=0, help="no item whose minimum_age is higher")
    ] = None,
    seen: Annotated[
        bool, typer.Option("--seen", help="what the user has had may come too")
    ] = False,
    fresh: Annotated[
        int, typer.Option(min=0, help="places kept for items that nobody had when it was fitted")
    ] = 0,
    took: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM", help="as if the user had just taken it; nothing keeps that"),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="what the user had that adds most to each score")
    ] = False,
    item: Annotated[
        str | None,
        typer.Option(metavar="ITEM", help="explain the score of this one alone, shown or not"),
    ] = None,
    candidate: Annotated[
        str | None,
        typer.Option(metavar="C", help="who answers, as in models/PROJECT/C"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The items that USER would be shown now, and why; nothing is trained or kept.

    The champion answers; where there is none, the first of the leaderboard that can: one of model
    ease, item_knn, rp3beta, slim or ials.

    A newcomer gets what is trending. A shorter list than asked for says which rule left out what.
    """
    from penstock.cli.recommend_table import show
    from penstock.effects.recommend import Wish
    from penstock.effects.recommend import recommend as recommend_items
    from penstock.retrieval.filters import Filters

    root, params = open_workspace()
    filters = Filters(
        new_to_user=not seen,
        any_of=frozenset(category or ()),
        none_of=frozenset(without_category or ()),
        since=since,
        until=until,
        viewer_age=viewer_age,
    )
    wish = Wish(top, filters, fresh, tuple(took or ()), item)
    receipt = recommend_items(root, params, project, user, wish, candidate)
    if as_json:
        tell(receipt, as_json)
    else:
        show(receipt, console, explained=explain or item is not None)
