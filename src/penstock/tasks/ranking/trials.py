"""How a log of interactions is split, and what is observed: full rankings, never sampled ones.

Three protocols (`kind` of a split). `stratified`: of each item a share of the interactions drawn
at random, the split that most published tables use; it learns from the future of what it judges.
`global_time`: the latest share of the whole log; users without a history by then are judged
apart. `next_item`: the last interaction of each user; of one moment, that of the last item of the
catalogue (logs hold whole pages rated at once, and the order among them decides much: nDCG@10 of
popularity on MovieLens 100K is .026 by item, .045 by row). A split `within` another cuts only what
that one trains on, to choose settings. What models are given and give stands in core/ranking.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array, Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.errors import NoTrials
from penstock.core.ranking import Ranks
from penstock.core.settings import Settings

ROWS, USERS, ITEMS, ASKED = "interactions", "users", "items", "asked"
GROUP = ["split", "fold", "user"]
JUDGING = frozenset({"bootstrap"})  # no fit asks for it


class SplitSettings(Settings):
    """One way to cut the log; `kind` says which of the other settings matter."""

    kind: Literal["stratified", "global_time", "next_item"] = Field(description="how it is cut")
    train_share: float = Field(0.75, gt=0, lt=1, description="of the interactions, learnt from")
    seed: int = Field(42, ge=0, lt=2**32, description="where a stratified draw starts")
    users: Literal["all", "warm", "cold"] = Field(
        "all", description="who is judged: with a history in the training rows, or without"
    )
    fits: int = Field(1, ge=1, le=50, description="fits with a seed each, a fold each")
    within: str | None = Field(None, description="cut the training rows of that split")
    chooses: bool = Field(False, description="kept to choose settings on; nobody is judged on it")


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a ranking project."""

    unit: str = Field("user", description="what the intervals resample")
    leads_on: str = Field(description="the split that orders the leaderboard")
    splits: dict[str, SplitSettings] = Field(min_length=1, description="split by name")
    depth: int = Field(10, ge=1, le=1000, description="k: how many items are shown and judged")
    kept: int = Field(100, ge=1, description="items of a ranking that ensembles are made of")
    bootstrap: int = Field(200, ge=20, le=10_000, description="resamples behind an interval")

    def model_post_init(self, context: Any) -> None:
        leading = self.splits.get(self.leads_on)
        if leading is None or leading.chooses:
            judged = [name for name, split in self.splits.items() if not split.chooses]
            raise ValueError(f"leads_on {self.leads_on!r} is none of the judged splits {judged}")
        if self.kept < self.depth:
            raise ValueError(f"kept is {self.kept}, less than depth, {self.depth}")
        for name, split in self.splits.items():
            outer = self.splits.get(split.within) if split.within else split
            if outer is None or (split.within and outer.within):
                raise ValueError(
                    f"splits.{name}.within: expected a split that is within no other, found "
                    f"{split.within!r}"
                )


@dataclass(frozen=True)
class Cut:
    """A split: positions of rows.

    Attributes:
        fit: learnt from, ascending.
        judged: to be found again, ascending: pairs that are new to their user, each once.
    """

    fit: Array
    judged: Array


class Log:
    """The interactions as numbers, in the order of their table.

    Attributes:
        user, item: positions in the tables `users` and `items`, shape (rows,).
        time: moments, shape (rows,).
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.signature = Signature.from_notes(dataset.notes["signature"])
        roles = self.signature.roles
        self.rows = dataset.tables[ROWS]
        self.users = pd.Index(dataset.tables[USERS][roles["entity"]])
        self.items = pd.Index(dataset.tables[ITEMS][roles["item"]])
        self.user: Array = self.users.get_indexer(self.rows[roles["entity"]])
        self.item: Array = self.items.get_indexer(self.rows[roles["item"]])
        self.time: Array = self.rows[roles["time"]].to_numpy()

    def cut(self, protocol: ProtocolSettings, name: str) -> Cut:
        """The rows of split `name`; raises NoTrials where a side is empty."""
        split = protocol.splits[name]
        inside = np.arange(len(self.rows))
        if split.within:
            inside = _sides(self, inside, protocol.splits[split.within])[0]
        fit, rest = _sides(self, inside, split)
        found = Cut(np.sort(fit), self.new_pairs(fit, np.sort(rest), split.users))
        if not len(found.fit) or not len(found.judged):
            problem = f"{len(found.fit)} interactions to fit, {len(found.judged)} to find again"
            raise NoTrials(name, 0, problem, f"splits.{name}")
        return found

    def pair(self, rows: Array) -> Array:
        """A number for the user and item of each of `rows`."""
        key: Array = self.user[rows] * len(self.items) + self.item[rows]
        return key

    def fit_view(self, rows: Array) -> View:
        return self._view(rows, np.unique(self.user[rows]))

    def eval_view(self, cut: Cut) -> View:
        """The users judged, what they had, and the pairs whose value may be asked."""
        users = np.unique(self.user[cut.judged])
        view = self._view(cut.fit[np.isin(self.user[cut.fit], users)], users)
        roles = self.signature.roles
        names = [roles["id"], roles["entity"], roles["item"]]
        asked = self.rows[names].iloc[cut.judged].reset_index(drop=True)
        return replace(view, data=Dataset({**view.data.tables, ASKED: asked}))

    def _view(self, rows: Array, users: Array) -> View:
        tables = {
            ROWS: self.rows.iloc[rows].reset_index(drop=True),
            USERS: self.dataset.tables[USERS].iloc[users].reset_index(drop=True),
            ITEMS: self.dataset.tables[ITEMS],
        }
        return View(Dataset(tables), self.signature)

    def new_pairs(self, fit: Array, rest: Array, users: str = "all") -> Array:
        """Of `rest` the first row of each pair that is not in `fit`, of the users asked for."""
        pairs = self.pair(rest)
        first = np.zeros(len(rest), dtype=bool)
        first[np.unique(pairs, return_index=True)[1]] = True
        kept = first & ~np.isin(pairs, self.pair(fit))
        if users != "all":
            warm = np.isin(self.user[rest], self.user[fit])
            kept &= warm if users == "warm" else ~warm
        judged: Array = rest[kept]
        return judged


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """Every fit of every split that is judged, then the `final` one on the whole log.

    Raises:
        NoTrials: a split leaves nothing to learn from, or nothing to find again.
    """
    log = Log(dataset)
    for name, split in protocol.splits.items():
        if not split.chooses:
            yield from _folds(log, protocol, seed, name)
    everything = np.arange(len(log.rows))
    yield Trial(
        "final", 0, seed, log.fit_view(everything), None, _through(log, everything), everything
    )


def folds(dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str) -> Iterator[Trial]:
    """The fits of one split, one that is kept to choose on too; raises NoTrials."""
    yield from _folds(Log(dataset), protocol, seed, split)


def used_rows(
    dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str
) -> tuple[Array, Array]:
    """Positions of the rows that a split fits, and of those it judges."""
    cut = Log(dataset).cut(protocol, split)
    return cut.fit, cut.judged


def tail(view: View) -> tuple[View, View]:
    """Without the last interaction of each user who has three or more, and those last ones."""
    rows, roles = view.data.tables[ROWS], view.signature.roles
    ordered = rows.sort_values([roles["time"], roles["item"]], kind="stable")
    mine = ordered.groupby(roles["entity"], sort=False)
    last = (mine.cumcount(ascending=False) == 0) & (mine[roles["id"]].transform("size") >= 3)
    ends = last.reindex(rows.index).to_numpy()
    parts = [rows[~ends], rows[ends]]
    views = [
        replace(view, data=Dataset({**view.data.tables, ROWS: part.reset_index(drop=True)}))
        for part in parts
    ]
    return views[0], views[1]


def observe(candidate: Ranks, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """The first `kept` of all items that a user has not had, and the values asked, if it tells any.

    Columns unit_id and user (the same), item, rank (from 1; null in rows of values), score, and
    `z`: the score less the mean of all the user's items, over their standard deviation.
    """
    tables = view.data.tables
    # Which pairs are asked about gives away what was taken: it is not there to rank by.
    hidden = {name: table for name, table in tables.items() if name != ASKED}
    ranking = candidate.rank(replace(view, data=Dataset(hidden)), protocol.kept)
    roles = view.signature.roles
    users = tables[USERS][roles["entity"]].to_numpy()[ranking.users]
    row, place = np.nonzero(np.isfinite(ranking.scores))
    score = ranking.scores[row, place]
    spread = np.where(ranking.std > 0, ranking.std, 1.0)
    ranked = pd.DataFrame(
        {
            "unit_id": users[row],
            "user": users[row],
            "item": tables[ITEMS][roles["item"]].to_numpy()[ranking.items[row, place]],
            "rank": pd.array(place + 1, dtype="Int32"),
            "score": score,
            "z": ((score - ranking.mean[row]) / spread[row]).astype(np.float32),
        }
    )
    predict = getattr(candidate, "predict", None)
    if predict is None:
        return ranked
    asked = tables[ASKED]
    values = pd.DataFrame(
        {
            "unit_id": asked[roles["entity"]],
            "user": asked[roles["entity"]],
            "item": asked[roles["item"]],
            "rank": pd.array([None] * len(asked), dtype="Int32"),
            "score": np.asarray(predict(view), dtype=np.float64),
            "z": np.float32(0),
        }
    )
    return pd.concat([ranked, values], ignore_index=True)


def _folds(log: Log, protocol: ProtocolSettings, seed: int, name: str) -> Iterator[Trial]:
    cut = log.cut(protocol, name)
    fitted, judged = log.fit_view(cut.fit), log.eval_view(cut)
    through = _through(log, cut.fit)
    for fold in range(protocol.splits[name].fits):
        yield Trial(name, fold, seed + fold, fitted, judged, through, cut.fit)


def _sides(log: Log, inside: Array, split: SplitSettings) -> tuple[Array, Array]:
    """Positions to fit and the rest, of `inside`."""
    if split.kind == "stratified":
        fit = _stratified(log.item[inside], split)
    elif split.kind == "global_time":
        time = np.sort(log.time[inside])
        # Rows of one moment stay together.
        fit = log.time[inside] < time[min(round(len(time) * split.train_share), len(time) - 1)]
    else:
        ordered = np.lexsort((log.item[inside], log.time[inside], log.user[inside]))
        users = log.user[inside][ordered]
        last = np.append(users[1:] != users[:-1], True)
        fit = np.ones(len(inside), dtype=bool)
        fit[ordered[last]] = False
    return inside[fit], inside[~fit]


def _stratified(item: Array, split: SplitSettings) -> Array:
    """Of each item round(share · its rows), half to even, with the smallest of numbers drawn.

    One uniform number a row, in order, from MT19937: the split of published comparisons.
    """
    drawn = np.random.RandomState(split.seed).rand(len(item))
    order = np.lexsort((drawn, item))
    counts = np.bincount(item)
    start = np.cumsum(counts) - counts
    place = np.empty(len(item), dtype=np.int64)
    place[order] = np.arange(len(item)) - start[item[order]]
    fit: Array = place < np.rint(counts * split.train_share)[item]
    return fit


def _through(log: Log, rows: Array) -> str:
    return str(log.time[rows].max())
