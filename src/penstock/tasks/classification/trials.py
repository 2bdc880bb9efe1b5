"""How labelled rows are split into what is learnt from and what is judged.

The features dataset of a classification project holds two tables: `features` (id, time,
entity where there is one, then the inputs) and `labels` (id, target; null = not known yet).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.alerting import CalibrationMethod, DecisionSettings
from penstock.core.contracts import Array, Signature, Trial, View
from penstock.core.dataset import Dataset
from penstock.core.errors import NoTrials, PenstockError
from penstock.core.past import Lines, Past
from penstock.core.settings import Settings
from penstock.core.stage import log
from penstock.scoring.explaining import explained

MOSTLY = 0.9  # of a day's labels known: the day can be judged
JUDGING = frozenset({"bootstrap", "calibration", "decision"})  # no fit asks for these
TAIL_SHARE = 0.15  # of the training window, its latest rows, for early stopping


class NoCalendar(PenstockError):
    """The protocol counts days, the time column has none."""

    def __init__(self, dtype: str) -> None:
        super().__init__(
            f"the protocol counts days, but the time column holds {dtype}, no dates\n"
            "  fix: in projects.P.protocol of params.yaml take splits of kind time or stratified "
            "and no daily_top or alerts_a_day; or make the column a datetime in the project's "
            "schema"
        )


class SplitSettings(Settings):
    """One way to cut the rows; `kind` says which of the other settings matter."""

    kind: Literal["prequential", "time", "stratified", "plain"] = Field(
        description="how rows are cut; plain: folds as most published figures have them"
    )
    starts: tuple[date, ...] = Field((), description="first training day of each fold")
    train_days: int = Field(7, ge=1, description="days learnt from")
    delay_days: int = Field(7, ge=0, description="days until a label is known")
    test_days: int = Field(7, ge=1, description="days judged")
    compromised_days: int | None = Field(
        None, ge=1, description="last training days whose frauds give a card away; all by default"
    )
    test_share: float = Field(0.2, gt=0, lt=1, description="latest share of the rows, judged")
    folds: int = Field(5, ge=2, le=50, description="folds that keep the share of positives")
    within: str | None = Field(None, description="cut the training rows of that `time` split")


class ProtocolSettings(Settings):
    """`projects.P.protocol` of a classification project."""

    unit: str = Field(description="what the intervals resample: card, transaction …")
    leads_on: str = Field(description="the split that orders the leaderboard")
    splits: dict[str, SplitSettings] = Field(min_length=1, description="split by name")
    daily_top: int | None = Field(None, ge=1, description="entities checked a day, for precision@k")
    bootstrap: int = Field(200, ge=20, le=10_000, description="resamples behind an interval")
    calibration: CalibrationMethod | None = Field(
        None, description="how scores are made probabilities; they stay as they are by default"
    )
    decision: DecisionSettings | None = Field(None, description="when a score becomes an alert")

    def model_post_init(self, context: Any) -> None:
        if self.leads_on not in self.splits:
            raise ValueError(f"leads_on {self.leads_on!r} is none of the splits {[*self.splits]}")
        for name, split in self.splits.items():
            outer = self.splits.get(split.within) if split.within else split
            if outer is None or (split.within and outer.kind != "time"):
                raise ValueError(f"splits.{name}.within: {split.within!r} is no split of kind time")
            if split.kind == "prequential" and not split.starts:
                raise ValueError(f"splits.{name}.starts: a prequential split names its first days")
        if self.decision and self.decision.costs and not self.calibration:
            raise ValueError("decision.costs weighs chances; expected a calibration beside it")


class Rows:
    """The features with what a split needs to know of each row, looked up once."""

    def __init__(self, dataset: Dataset) -> None:
        self.signature = Signature.from_notes(dataset.notes["signature"])
        roles = self.signature.roles
        self.features, self.notes = dataset.tables["features"], dataset.notes
        labels = dataset.tables["labels"][roles["target"]]
        self.known: Array = labels.notna().to_numpy()
        self.target: Array = labels.fillna(0).to_numpy(dtype=np.int8)
        self.time: Array = self.features[roles["time"]].to_numpy()
        entity = roles.get("entity")
        self.entity: Array | None = self.features[entity].to_numpy() if entity else None

    @cached_property
    def day(self) -> Array:
        """The calendar day of each row, shape (rows,); raises NoCalendar."""
        return days_of(self.time)

    @cached_property
    def known_through(self) -> np.datetime64:
        """The last day of which nearly all labels are known; a few may be missing anywhere."""
        days, place = np.unique(self.day, return_inverse=True)
        share = np.bincount(place, self.known) / np.bincount(place)
        told = days[share >= MOSTLY]
        last: np.datetime64 = told[-1] if len(told) else days[0] - 1
        return last

    @cached_property
    def lines(self) -> Lines | None:
        """The rows gathered by entity, where they have one."""
        return None if self.entity is None else Lines(self.features, self.entity, self.time)

    def fit_view(self, rows: Array) -> View:
        return View(self._data(rows), self.signature, self.target[rows], past=self._past(rows))

    def eval_view(self, rows: Array) -> View:
        return View(self._data(rows), self.signature, past=self._past(rows))

    def _past(self, rows: Array) -> Past | None:
        return None if self.lines is None else Past(self.lines, rows, self.signature.names)

    def _data(self, rows: Array) -> Dataset:
        features = self.features.iloc[rows].reset_index(drop=True)
        return Dataset(tables={"features": features}, notes=self.notes)


def trials(dataset: Dataset, protocol: ProtocolSettings, seed: int) -> Iterator[Trial]:
    """Every fit of every split in turn, then the `final` one that may be promoted.

    A fold whose test days have not all been labelled yet is left out, so that a feed can be
    followed day by day.

    Raises:
        NoTrials: a window holds no rows, or no positive one to learn from; or no fold is left.
    """
    rows = Rows(dataset)
    if not any(_judgeable(rows, split) for split in protocol.splits.values()):
        problem = f"labels are known through {rows.known_through}, before any test window ends"
        raise NoTrials(protocol.leads_on, 0, problem, f"splits.{protocol.leads_on}.starts")
    for name in protocol.splits:
        yield from _folds(rows, protocol, seed, name)
    fit = final_rows(rows, protocol.splits[protocol.leads_on])
    _check(rows, "final", 0, fit, fit)
    yield Trial("final", 0, seed, rows.fit_view(fit), None, moment(rows, fit), fit)


def folds(dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str) -> Iterator[Trial]:
    """The fits of one split as `trials` makes them; no view is made of any other's rows.

    Raises:
        NoTrials: as `trials`, of that split; where its labels are still to come too.
    """
    rows = Rows(dataset)
    if not _judgeable(rows, protocol.splits[split]):
        problem = f"labels are known through {rows.known_through}, before any test window ends"
        raise NoTrials(split, 0, problem, f"splits.{split}.starts")
    yield from _folds(rows, protocol, seed, split)


def used_rows(
    dataset: Dataset, protocol: ProtocolSettings, seed: int, split: str
) -> tuple[Array, Array]:
    """Positions of the rows that a split fits and of those it judges; none while they lie ahead."""
    rows = Rows(dataset)
    nothing = np.empty(0, dtype=np.int64)
    cuts = [cut for _, cut in _cut(rows, split, protocol.splits[split], protocol, seed)]
    fitted, judged = zip((nothing, nothing), *cuts, strict=True)
    return np.unique(np.concatenate(fitted)), np.unique(np.concatenate(judged))


def days_of(time: Array) -> Array:
    """The calendar day of each moment; raises NoCalendar where they are plain numbers."""
    if time.dtype.kind != "M":
        raise NoCalendar(str(time.dtype))
    return time.astype("datetime64[D]")


def tail(view: View) -> tuple[View, View]:
    """The rows of the window in time order, cut before its latest 15 %."""
    assert view.target is not None, "only a fit view has a tail"
    frame = view.data.tables["features"]
    cut = round(len(frame) * (1 - TAIL_SHARE))
    parts = [
        replace(
            view,
            data=Dataset({"features": frame.iloc[part]}, notes=view.data.notes),
            target=view.target[part],
            past=view.past.of(part) if view.past else None,
        )
        for part in (slice(None, cut), slice(cut, None))
    ]
    return parts[0], parts[1]


def observe(candidate: Any, view: View, protocol: ProtocolSettings) -> pd.DataFrame:
    """P(positive) for each row: columns row_id, unit_id, score."""
    frame = view.data.tables["features"]
    roles = view.signature.roles
    return pd.DataFrame(
        {
            "row_id": frame[roles["id"]].to_numpy(),
            "unit_id": frame[roles.get("entity", roles["id"])].to_numpy(),
            "score": np.asarray(candidate.predict_proba(view), dtype=np.float64),
        }
    )


def explain(candidate: Any, trial: Trial, protocol: ProtocolSettings) -> pd.DataFrame | None:
    """Why rows of the leading split have their scores, see `explaining.explained`; no labels.

    None for other splits, and where the candidate can't tell.
    """
    view = trial.eval_view
    if view is None or trial.split != protocol.leads_on or not hasattr(candidate, "contributions"):
        return None
    return explained(candidate, view, protocol.daily_top, trial.seed)


def _folds(rows: Rows, protocol: ProtocolSettings, seed: int, name: str) -> Iterator[Trial]:
    for fold, (fit, judged) in _cut(rows, name, protocol.splits[name], protocol, seed):
        _check(rows, name, fold, fit, judged)
        yield Trial(
            split=name,
            fold=fold,
            seed=seed + fold,  # folds that shared their draws would err together
            fit_view=rows.fit_view(fit),
            eval_view=rows.eval_view(judged),
            trained_through=moment(rows, fit),
            fit_rows=fit,
        )


def _cut(
    rows: Rows, name: str, split: SplitSettings, protocol: ProtocolSettings, seed: int
) -> Iterator[tuple[int, tuple[Array, Array]]]:
    """Folds by number, each the positions to fit and to judge."""
    if split.kind == "prequential":
        ready = _judgeable(rows, split)
        for fold, start in enumerate(split.starts):
            if fold in ready:
                first = np.datetime64(start, "D")
                yield fold, prequential(rows, name, fold, split, first)
            else:
                late = f"its labels are known through {rows.known_through} only"
                log.info("split %s, fold %d, from %s, is left out: %s", name, fold, start, late)
        return
    inside = np.flatnonzero(rows.known)
    if split.within:
        inside = _by_time(rows, inside, protocol.splits[split.within].test_share)[0]
    if split.kind == "time":
        cuts = [_by_time(rows, inside, split.test_share)]
    else:
        deal = _plain if split.kind == "plain" else _stratified
        cuts = deal(rows, inside, split.folds, seed)
    for fold, (fit, judged) in enumerate(cuts):
        kept = fit if split.kind == "plain" else _without_copies(rows, fit, judged)
        yield fold, (kept, judged)


def _judgeable(rows: Rows, split: SplitSettings) -> list[int]:
    """The folds whose last test day has its labels; all of a split that has no calendar."""
    if split.kind != "prequential":
        return [0]
    days = split.train_days + split.delay_days + split.test_days - 1
    ends = [np.datetime64(start, "D") + days for start in split.starts]
    return [fold for fold, end in enumerate(ends) if end <= rows.known_through]


def prequential(
    rows: Rows, name: str, fold: int, split: SplitSettings, start: np.datetime64
) -> tuple[Array, Array]:
    """Train, wait for the labels, test; cards known to be compromised leave the test days.

    On test day k a card is known when one of its frauds lies in the training days (the last
    `compromised_days` of them) or in the first k days after them: those labels have come in by
    then.
    """
    day = rows.day
    if start < day[0]:
        problem = f"training starts {start}, the data only on {day[0]}"
        raise NoTrials(name, fold, problem, f"splits.{name}.starts")
    first_wait = start + split.train_days
    told_since = first_wait - (split.compromised_days or split.train_days)
    fit = np.flatnonzero((day >= start) & (day < first_wait) & rows.known)
    judged = []
    for k in range(split.test_days):
        today = np.flatnonzero((day == first_wait + split.delay_days + k) & rows.known)
        if rows.entity is not None:
            told = (day >= told_since) & (day < first_wait + k) & (rows.target == 1)
            compromised = np.unique(rows.entity[told])
            today = today[~pd.Series(rows.entity[today]).isin(compromised).to_numpy()]
        judged.append(today)
    return fit, np.concatenate(judged)


def _by_time(rows: Rows, inside: Array, test_share: float) -> tuple[Array, Array]:
    """The earlier rows and the latest share; rows of one moment stay together."""
    ordered = inside[np.argsort(rows.time[inside], kind="stable")]
    if not len(ordered):
        return ordered, ordered
    times = rows.time[ordered]
    first_judged = min(round(len(ordered) * (1 - test_share)), len(ordered) - 1)
    cut = int(np.searchsorted(times, times[first_judged]))
    return ordered[:cut], ordered[cut:]


def _stratified(rows: Rows, inside: Array, folds: int, seed: int) -> list[tuple[Array, Array]]:
    """Each class dealt at random over the folds; row order is kept within a fold."""
    random = np.random.default_rng(seed)
    fold_of = np.empty(len(inside), dtype=np.int64)
    for label in (0, 1):
        members = np.flatnonzero(rows.target[inside] == label)
        fold_of[random.permutation(members)] = np.arange(len(members)) % folds
    return [(inside[fold_of != fold], inside[fold_of == fold]) for fold in range(folds)]


def _plain(rows: Rows, inside: Array, folds: int, seed: int) -> list[tuple[Array, Array]]:
    """As scikit-learn deals them, and copies of a judged row are learnt from.

    For comparison alone: it is how figures come about that others publish.
    """
    from sklearn.model_selection import StratifiedKFold

    target = rows.target[inside]
    if min(np.count_nonzero(target), np.count_nonzero(target == 0)) < folds:
        return _stratified(rows, inside, folds, seed)  # leaves a fold without one of the classes
    dealt = StratifiedKFold(folds, shuffle=True, random_state=seed).split(inside, target)
    return [(inside[fit], inside[judged]) for fit, judged in dealt]


def input_key(features: pd.DataFrame, signature: Signature) -> Array:
    """A number for each row that two rows share when their inputs are the same."""
    names = [one.name for one in signature.inputs]
    key: Array = pd.util.hash_pandas_object(features[names], index=False).to_numpy()
    return key


def _without_copies(rows: Rows, fit: Array, judged: Array) -> Array:
    """The fit rows whose inputs are not those of a judged row: a copy would be a leak."""
    key = input_key(rows.features, rows.signature)
    kept: Array = fit[~np.isin(key[fit], key[judged])]
    return kept


def final_rows(rows: Rows, split: SplitSettings) -> Array:
    """The latest window whose labels are all known; everything where the split has no window."""
    known = np.flatnonzero(rows.known)
    if split.kind != "prequential":
        return known
    day, end = rows.day[known], rows.known_through
    latest: Array = known[(day > end - split.train_days) & (day <= end)]
    return latest


def _check(rows: Rows, name: str, fold: int, fit: Array, judged: Array) -> None:
    key = "the protocol's leading split" if name == "final" else f"splits.{name}"
    if not len(fit) or not len(judged):
        raise NoTrials(name, fold, f"{len(fit)} rows to fit, {len(judged)} to judge", key)
    for what, part in (("training", rows.target[fit]), ("judged", rows.target[judged])):
        if part.all() or not part.any():
            label = "positive" if part.all() else "negative"
            raise NoTrials(name, fold, f"all of its {len(part)} {what} rows are {label}", key)


def moment(rows: Rows, fit: Array) -> str:
    """The latest moment among the rows fitted, as text."""
    latest = rows.time[fit].max()
    return str(latest) if isinstance(latest, np.datetime64) else f"{latest:g}"
