"""Whether a challenger ranks better than the champion for who acts on days that neither has seen.

Both rank the whole catalogue for every user who takes something new on a whole day after both
models' training (and the delay, where an interaction is told late), given what users had taken by
then. A user whom a model does not serve is shown nothing by it and finds nothing, as everywhere in
this task: a model that leaves newcomers out loses them to one that does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import View
from penstock.core.dataset import Dataset
from penstock.core.errors import did_you_mean
from penstock.core.promotion import (
    GuardResult,
    Guards,
    Judgement,
    PromotionTerms,
    Window,
)
from penstock.core.settings import Settings
from penstock.tasks.later import NoLaterUnits, window_after
from penstock.tasks.ranking.lists import ACCURACY, Lists
from penstock.tasks.ranking.paired import ask
from penstock.tasks.ranking.scores import metrics
from penstock.tasks.ranking.trials import ASKED, ROWS, USERS, Cut, Log, ProtocolSettings
from penstock.tasks.ranking.truth import joined_to, truth_of
from penstock.tasks.resampling import Answer
from penstock.tasks.verdicts import interval_guard, paired

LEAST_USERS = 5  # with fewer, an interval says next to nothing
SCORED = "user"  # what latency is told for


class CoverageGuard(Settings):
    """How many fewer of the items may be shown to anybody."""

    tolerance: float = Field(0.0, ge=0, description="what coverage may fall by")


class PopularityGuard(Settings):
    """How much further lists may lean to what everybody has."""

    metric: Literal["popularity_bias", "novelty"] = Field(
        "popularity_bias", description="less bias is better, more novelty is"
    )
    tolerance: float = Field(0.0, ge=0, description="what it may get worse by")


class RankingGuards(Guards):
    """The guards of a ranking."""

    coverage: CoverageGuard | None = Field(None, description="share of the items that is shown")
    popularity: PopularityGuard | None = Field(None, description="leaning to what is popular")


NO_GUARDS = RankingGuards.model_validate({})


class PromotionSettings(PromotionTerms):
    """`promotion.P` of a ranking project."""

    metric: str = Field("ndcg@10", description="what the two are compared by; more is better")
    label_delay_days: int = Field(
        0, ge=0, le=3650, description="days until an interaction is known; clicks are at once"
    )
    guards: RankingGuards = Field(NO_GUARDS, description="what may not get worse")


def problems(settings: PromotionSettings, protocol: ProtocolSettings) -> list[str]:
    """What settings and protocol say wrong together."""
    known = [f"{name}@{protocol.depth}" for name in ACCURACY]
    if settings.metric in known:
        return []
    return [f"metric: found {settings.metric!r}; {did_you_mean(settings.metric, known)}"]


def trained_through(dataset: Dataset, protocol: ProtocolSettings) -> str:
    """The last moment that a final fit on `dataset` sees: that of the last interaction."""
    return str(Log(dataset).time.max())


def windows(
    dataset: Dataset,
    seen: Sequence[Sequence[str]],
    protocol: ProtocolSettings,
    settings: PromotionSettings,
) -> list[Window]:
    """A window for each group of models, given as their `trained_through`.

    Raises:
        NoLaterUnits: the rows have no calendar.
    """
    log = Log(dataset)
    if log.time.dtype.kind != "M":
        raise NoLaterUnits(str(log.time.dtype))
    return [_window(log, group, settings) for group in seen]


def judged(
    dataset: Dataset, window: Window, protocol: ProtocolSettings, settings: PromotionSettings
) -> View:
    """The users who act in `window`, with what they had taken before it."""
    log = Log(dataset)
    return log.eval_view(_cut(log, window, settings))


def head(view: View, users: int) -> View:
    """The first `users` of those to rank for, and the whole catalogue."""
    tables, entity = view.data.tables, view.signature.roles["entity"]
    chosen = tables[USERS].iloc[:users]
    mine = {
        name: tables[name][tables[name][entity].isin(chosen[entity])].reset_index(drop=True)
        for name in (ROWS, ASKED)
    }
    return replace(view, data=Dataset({**tables, **mine, USERS: chosen}))


def judge(
    challenger: pd.DataFrame,
    champion: pd.DataFrame | None,
    window: Window,
    dataset: Dataset,
    protocol: ProtocolSettings,
    settings: PromotionSettings,
    seed: int,
) -> Judgement:
    """Compare what both showed to the users of `window`: columns user, item, rank, score."""
    log, names = Log(dataset), metrics(protocol)
    cut = _cut(log, window, settings)
    truth = truth_of(log, cut)
    users = np.flatnonzero(truth.relevant)

    def lists(evidence: pd.DataFrame) -> Lists:
        rows = joined_to(truth, evidence.assign(fold=0), log, protocol.depth)
        unit = np.searchsorted(users, log.users.get_indexer(rows["user"]))
        return Lists(rows, unit, len(users), protocol.depth, truth.catalogue)

    ours, theirs = lists(challenger), None if champion is None else lists(champion)
    answers = ask(ours, theirs, settings.bootstrap, seed)
    pairs = {
        name: paired(name, label, one)
        for name, label in names.items()
        if (one := answers.get(name)) is not None
    }
    return Judgement(
        unit=protocol.unit,
        units=len(users),
        rows=len(cut.judged),
        positives=len(cut.judged),
        primary=pairs.pop(settings.metric),
        others=[*pairs.values()],
        guards=[] if theirs is None else _guards(answers, names, protocol.depth, settings),
    )


def _window(log: Log, seen: Sequence[str], settings: PromotionSettings) -> Window:
    known_through = log.time.max().astype("datetime64[D]") - settings.label_delay_days
    window = window_after(seen, known_through, settings, "interactions", "days")
    if window.problem:
        return window
    users = len(np.unique(log.user[_cut(log, window, settings).judged]))
    if users < LEAST_USERS:
        problem = (
            f"from {window.first} to {window.last}, {users} users take something that is new to "
            f"them; expected {LEAST_USERS} or more"
        )
        return replace(window, opens=None, problem=problem)
    return window


def _cut(log: Log, window: Window, settings: PromotionSettings) -> Cut:
    """What is known by the first morning of `window`, and what is taken in it for the first time.

    What was taken before and is told only later is neither shown to the models nor asked of them.
    """
    day = log.time.astype("datetime64[D]")
    first, last = (np.datetime64(one, "D") for one in (window.first, window.last))
    later = np.flatnonzero((day >= first) & (day <= last))
    judged = log.new_pairs(np.flatnonzero(day < first), later)
    return Cut(fit=np.flatnonzero(day < first - settings.label_delay_days), judged=judged)


def _guards(
    answers: Mapping[str, Answer], names: Mapping[str, str], k: int, settings: PromotionSettings
) -> list[GuardResult]:
    guards, found = settings.guards, []

    def guard(metric: str, tolerance: float, more: bool) -> GuardResult:
        return interval_guard(
            names[metric].partition(",")[0].lower(),
            answers.get(metric),
            tolerance,
            more_is_better=more,
            untold="one of the two shows nobody anything",
        )

    if guards.coverage:
        found.append(guard(f"coverage@{k}", guards.coverage.tolerance, True))
    if guards.popularity:
        asked = guards.popularity.metric
        found.append(guard(f"{asked}@{k}", guards.popularity.tolerance, asked == "novelty"))
    return found
