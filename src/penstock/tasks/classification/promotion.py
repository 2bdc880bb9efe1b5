"""Whether a challenger beats the champion on days that neither has seen.

A row is judged when it lies on a whole day after both models' training and the label delay, its
label is known, and its card was not known to be compromised by then, as in the protocol's trials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array, View
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
from penstock.tasks.classification.paired import Question, Side, ask
from penstock.tasks.classification.scores import join, metrics
from penstock.tasks.classification.slices import SliceGuard, slices
from penstock.tasks.classification.trials import (
    ProtocolSettings,
    Rows,
    SplitSettings,
    final_rows,
    moment,
    prequential,
)
from penstock.tasks.later import NoLaterUnits, window_after
from penstock.tasks.resampling import Answer
from penstock.tasks.verdicts import interval_guard, paired

LEAST_POSITIVE = 5  # units; with fewer, many a resample would hold no positive row at all
SMALLER_IS_BETTER = "brier"


class CalibrationGuard(Settings):
    """How far probabilities may get worse."""

    metric: Literal["brier", "expected_calibration_error"] = Field(
        "brier", description="what measures them; less is better"
    )
    tolerance: float = Field(0.0, ge=0, description="what it may rise by")


class ClassificationGuards(Guards):
    """The guards of a classifier."""

    calibration: CalibrationGuard | None = Field(None, description="probabilities")
    slices: dict[str, SliceGuard] = Field({}, description="the metric within parts of the rows")


NO_GUARDS = ClassificationGuards.model_validate({})


class PromotionSettings(PromotionTerms):
    """`promotion.P` of a classification project."""

    guards: ClassificationGuards = Field(NO_GUARDS, description="what may not get worse")


def problems(settings: PromotionSettings, protocol: ProtocolSettings) -> list[str]:
    """What settings and protocol say wrong together."""
    known = [name for name in metrics(protocol) if name != SMALLER_IS_BETTER]
    if settings.metric in known:
        return []
    return [f"metric: found {settings.metric!r}; {did_you_mean(settings.metric, known)}"]


def trained_through(dataset: Dataset, protocol: ProtocolSettings) -> str:
    """The last moment that a final fit on `dataset` sees."""
    rows = Rows(dataset)
    return moment(rows, final_rows(rows, protocol.splits[protocol.leads_on]))


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
    rows = Rows(dataset)
    if rows.time.dtype.kind != "M":
        raise NoLaterUnits(str(rows.time.dtype))
    return [_window(rows, group, protocol, settings) for group in seen]


def judged(
    dataset: Dataset, window: Window, protocol: ProtocolSettings, settings: PromotionSettings
) -> View:
    """The rows of `window`, without their labels."""
    rows = Rows(dataset)
    return rows.eval_view(_places(rows, window, protocol, settings))


def judge(
    challenger: pd.DataFrame,
    champion: pd.DataFrame | None,
    window: Window,
    dataset: Dataset,
    protocol: ProtocolSettings,
    settings: PromotionSettings,
    seed: int,
) -> Judgement:
    """Compare what was observed of both on the rows of `window`: row_id, unit_id, score.

    Raises:
        UnknownName, ParamsError: a slice names a column that can't be cut.
    """
    names = metrics(protocol)
    ours = join(challenger, dataset, protocol)
    theirs = None if champion is None else join(champion, dataset, protocol)
    assert theirs is None or theirs["row_id"].equals(ours["row_id"]), "both saw the same rows"
    unit, units = pd.factorize(ours["unit_id"])
    whole = np.ones(len(ours), dtype=bool)

    def question(metric: str, inside: Array = whole) -> Question:
        sides = [
            None if rows is None else Side(rows[inside], unit[inside], len(units))
            for rows in (ours, theirs)
        ]
        assert sides[0] is not None
        return Question(metric, sides[0], sides[1])

    asked = {name: question(name) for name in names}
    calibration = settings.guards.calibration
    cut: dict[str, tuple[SliceGuard, int]] = {}
    if theirs is not None:
        if calibration:
            asked["calibration"] = question(calibration.metric)
        for name, guard, inside in _cuts(ours, dataset, settings):
            cut[name] = guard, _positive_units(unit[inside], ours["label"].to_numpy()[inside])
            if cut[name][1] >= LEAST_POSITIVE:
                asked[name] = question(settings.metric, inside)
    answers = ask(asked, len(units), settings.bootstrap, seed)
    guards = [
        _slice_guard(name, *cut[name], answers.get(name), names[settings.metric]) for name in cut
    ]
    if theirs is not None and calibration:
        guards.insert(0, _calibration_guard(calibration, answers["calibration"]))
    pairs = {name: paired(name, label, answers[name]) for name, label in names.items()}
    return Judgement(
        unit=protocol.unit,
        units=len(units),
        rows=len(ours),
        positives=int(ours["label"].sum()),
        primary=pairs.pop(settings.metric),
        others=[*pairs.values()],
        guards=guards,
    )


def _window(
    rows: Rows, seen: Sequence[str], protocol: ProtocolSettings, settings: PromotionSettings
) -> Window:
    window = window_after(seen, rows.known_through, settings)
    if window.problem:
        return window
    places = _places(rows, window, protocol, settings)
    unit = rows.entity if rows.entity is not None else np.arange(len(rows.target))
    positive = _positive_units(unit[places], rows.target[places])
    if positive < LEAST_POSITIVE:
        problem = (
            f"of the {len(places)} rows from {window.first} to {window.last}, those of {positive} "
            f"{protocol.unit}s are positive; expected {LEAST_POSITIVE} or more"
        )
        return replace(window, opens=None, problem=problem)
    return window


def _places(
    rows: Rows, window: Window, protocol: ProtocolSettings, settings: PromotionSettings
) -> Array:
    """Positions of the judged rows, day by day: a fold of the protocol that ends in `window`."""
    first, delay = np.datetime64(window.first, "D"), settings.label_delay_days
    days = int((np.datetime64(window.last, "D") - first).astype(int)) + 1
    before = int((first - delay - rows.day.min()).astype(int))
    length = min(protocol.splits[protocol.leads_on].train_days, before)
    cut = SplitSettings.model_validate(
        {"kind": "prequential", "train_days": length, "delay_days": delay, "test_days": days}
    )
    return prequential(rows, "promotion", 0, cut, first - delay - length)[1]


def _positive_units(unit: Array, label: Array) -> int:
    return len(np.unique(unit[label == 1]))


def _cuts(
    rows: pd.DataFrame, dataset: Dataset, settings: PromotionSettings
) -> Iterator[tuple[str, SliceGuard, Array]]:
    """Every slice by name, with its guard and which of `rows` lie in it."""
    if not settings.guards.slices:
        return
    features = dataset.tables["features"]
    id_column = dataset.notes["signature"]["roles"]["id"]
    here = features.iloc[pd.Index(features[id_column]).get_indexer(rows["row_id"])]
    for column, guard in settings.guards.slices.items():
        for name, inside in slices(here, column, guard):
            yield name, guard, inside


def _calibration_guard(guard: CalibrationGuard, answer: Answer) -> GuardResult:
    label = {"brier": "Brier score", "expected_calibration_error": "expected calibration error"}
    name = f"calibration, {label[guard.metric]}"
    return interval_guard(name, answer, guard.tolerance, more_is_better=False)


def _slice_guard(
    name: str, guard: SliceGuard, positive: int, answer: Answer | None, label: str
) -> GuardResult:
    return interval_guard(
        f"{label} where {name}",
        answer,
        guard.tolerance,
        more_is_better=True,
        untold=f"{positive} positive units; {LEAST_POSITIVE} are needed to judge it",
    )
