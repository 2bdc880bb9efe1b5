"""recommend: what one user would be shown now, and why, by what the workspace has built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from penstock.core.config import Params
from penstock.effects.answering import Answering, answering
from penstock.retrieval.answers import Lane
from penstock.retrieval.filters import Filters
from penstock.retrieval.opening import open_retriever
from penstock.retrieval.retriever import ANY, Retriever
from penstock.retrieval.typed import typed

LANES = {
    Lane.MODEL: "by what others took who had the same",
    Lane.CONTENT: "by categories and decades of what the user had",
    Lane.TRENDING: "by what is popular, the same for everybody",
}


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        top: items.
        fresh: so many of them are new ones, see `Retriever.recommend`.
        took: items that the user takes first; nothing keeps them.
        item: explain this one alone, shown or not.
    """

    top: int = 10
    filters: Filters = ANY
    fresh: int = 0
    took: tuple[str, ...] = ()
    item: str | None = None


class Reason(TypedDict):
    """An item that the user had, and what it adds to a score."""

    item: Any
    title: str
    share: float


class Line(TypedDict):
    """One item of the answer; the reasons are the three largest, or all where one was asked for."""

    item: Any
    title: str
    score: float
    lane: str
    because: list[Reason]


class Receipt(TypedDict):
    """What `penstock recommend` says.

    Attributes:
        chosen: why this candidate answers, in words.
        known: whether the user is in the log's tables.
        had: items that the user has had.
        notes: what a reader should know besides, a sentence each.
        left_out: rule → items; only where there are fewer than asked for.
    """

    project: str
    user: Any
    candidate: str
    chosen: str
    known: bool
    had: int
    items: list[Line]
    asked: int
    left_out: dict[str, int]
    notes: list[str]


def recommend(
    root: Path,
    params: Params,
    project: str,
    user: str,
    wish: Wish,
    candidate: str | None = None,
) -> Receipt:
    """The best items for `user`, who may be unknown.

    Args:
        user: an id, as a person types it.
        candidate: who answers; None: see `answering`.

    Raises:
        As `answering` and `open_retriever` do, and:
        UnknownItem: an item to take, or to explain, isn't in the catalogue.
        UnknownCategory, UnfitRequest: see `Retriever.recommend`.
    """
    return open_lists(root, params, project, candidate).recommend(user, wish)


@dataclass(frozen=True)
class Lists:
    """The models of a project, loaded once for many users."""

    project: str
    models: Answering
    retriever: Retriever

    def recommend(self, user: str, wish: Wish) -> Receipt:
        """See `recommend`; what `wish.took` names stays with the user until it is loaded anew."""
        return _recommend(self, user, wish)


def open_lists(root: Path, params: Params, project: str, candidate: str | None = None) -> Lists:
    """Load what answers; raises as `answering` and `open_retriever` do."""
    models = answering(root, params, project, candidate)
    features = root / "data" / project / "features"
    return Lists(project, models, open_retriever(features, models.folder, models.trending))


def _recommend(lists: Lists, user: str, wish: Wish) -> Receipt:
    models, retriever = lists.models, lists.retriever
    who, items = typed(user, retriever.users), retriever.catalogue.ids
    known = who in retriever.users
    for one in wish.took:
        retriever.take(who, typed(one, items))
    notes, left_out = _of_user(retriever, who, known), {}
    if wish.item is not None:
        told = retriever.explain(who, typed(wish.item, items))
        lines = [_line(retriever, told.item, told.score, told.lane, told.shares)]
    else:
        answer = retriever.recommend(who, wish.top, wish.filters, wish.fresh)
        lines = [
            _line(retriever, one.item, one.score, one.lane, one.reasons) for one in answer.items
        ]
        new = sum(one["lane"] == Lane.CONTENT for one in lines)
        if new < wish.fresh:
            notes.append(f"{new} of {wish.fresh} places for new items: the rules allow no more")
        if answer.shortfall:
            notes.append(str(answer.shortfall))
            left_out = dict(answer.shortfall.left_out)
    return Receipt(
        project=lists.project,
        user=who,
        candidate=models.candidate,
        chosen=models.chosen,
        known=known,
        had=len(retriever.had(who)),
        items=lines,
        asked=1 if wish.item is not None else wish.top,
        left_out=left_out,
        notes=notes + _of_lanes(lines),
    )


def _line(
    retriever: Retriever, item: Any, score: float, lane: Lane, shares: Mapping[Any, float]
) -> Line:
    title = retriever.catalogue.title
    because = [Reason(item=one, title=title(one), share=share) for one, share in shares.items()]
    return Line(item=item, title=title(item), score=score, lane=str(lane), because=because)


def _of_user(retriever: Retriever, user: Any, known: bool) -> list[str]:
    if retriever.had(user):
        return []
    who = f"user {user!r} has had nothing yet" if known else f"nobody knows user {user!r}"
    return [f"{who}: the list is of what is trending"]


def _of_lanes(lines: list[Line]) -> list[str]:
    """What the lanes are, where it isn't the model's alone."""
    lanes = list(dict.fromkeys(Lane(one["lane"]) for one in lines))
    if lanes == [Lane.MODEL]:
        return []
    told = [f"{lane}: {LANES[lane]}" for lane in lanes]
    return [*told, "scores of two lanes can't be compared"] if len(lanes) > 1 else told
