"""Reasons on the report's page: what scores hang on, how each input moves them, alerts in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Chart, Grid, Report
from penstock.scoring.contributions import PREFIX

MOST, CURVES, BINS, SHOWN = 15, 6, 24, 20
FEW = 5  # rows of which a band would say nothing
MARGIN = "log-odds"
PARTS = (
    ("sample", "What moves a score", "rows drawn from the judged days"),
    ("alert", "What makes an alert", "alerts, the highest scores of each day"),
)
"""Dependence is drawn for the inputs that count most in the last of them."""


def reasons_report(
    candidate: str,
    explanations: pd.DataFrame,
    features: pd.DataFrame,
    descriptions: Mapping[str, str],
) -> Report:
    """Charts of one candidate's contributions, and the alerts of its last day.

    Args:
        explanations: rows of parts `sample` and `alert`, with `split`, `fold`, `row_id`, and a
            column `contribution:INPUT` for each input; in words (`time`, `amount`, `reasons`,
            `would_pass`) where the project has them.
        features: the features of the same rows, in their order.
        descriptions: what each input is, where that is known.
    """
    columns = map(str, explanations.columns)
    names = [name.removeprefix(PREFIX) for name in columns if name.startswith(PREFIX)]
    shares = explanations[[PREFIX + name for name in names]].to_numpy(np.float64)
    part, fold = explanations["part"].to_numpy(), explanations["fold"].to_numpy()
    charts, order = [], list(range(len(names)))
    for kind, title, rows in PARTS:
        own = part == kind
        if own.any():
            sizes, low, high = _sizes(shares[own], fold[own])
            order = sorted(range(len(names)), key=lambda one: (-sizes[one], names[one]))
            shown, caption = order[:MOST], f"exact shares of {own.sum():,} {rows}"
            bars = ([names[one] for one in shown], sizes[shown], low[shown], high[shown])
            charts.append(_importance(candidate, kind, title, bars, caption))
    curves = [
        _dependence(
            candidate,
            names[one],
            descriptions.get(names[one], ""),
            features[names[one]].to_numpy(np.float64),
            shares[:, one],
            part == "alert",
        )
        for one in order[:CURVES]
    ]
    grids = [_alerts(candidate, explanations)] if "reasons" in explanations else []
    return Report(charts=[*charts, *(one for one in curves if one)], grids=grids)


def _importance(
    candidate: str, kind: str, title: str, bars: tuple[list[str], Array, Array, Array], said: str
) -> Chart:
    names, sizes, low, high = bars
    return Chart(
        name=f"reasons_{kind}",
        title=title,
        x_label="input",
        y_label=f"mean size of its share, {MARGIN}",
        series={candidate: (names, _plain(sizes))},
        kind="bar",
        spread={candidate: (_plain(low), _plain(high))},
        caption=f"{candidate}: {said}. Lines end at the lowest and the highest fold.",
    )


def _sizes(shares: Array, fold: Array) -> tuple[Array, Array, Array]:
    """Mean |share| of each input [inputs]: over the folds, of the lowest and of the highest."""
    by_fold = np.array([np.abs(shares[fold == one]).mean(axis=0) for one in np.unique(fold)])
    return by_fold.mean(axis=0), by_fold.min(axis=0), by_fold.max(axis=0)


def _dependence(
    candidate: str, name: str, description: str, value: Array, share: Array, alert: Array
) -> Chart | None:
    """The share against the value, in bins; None where there is one value.

    A sample has few rows where scores are high, so there are bins between quantiles of the alerts
    as well.
    """
    known = np.isfinite(value)
    value, share, alert = value[known], share[known], alert[known]
    found, bins = np.unique(value, return_inverse=True)
    if len(found) < 2:
        return None
    if len(found) > BINS:
        levels = np.linspace(0, 1, BINS // 2 + 1)[1:-1]
        groups = [value[rows] for rows in (alert, ~alert) if rows.any()]
        edges = np.unique(np.concatenate([np.quantile(group, levels) for group in groups]))
        bins = np.searchsorted(edges, value, side="right")
    parts = [np.flatnonzero(bins == one) for one in np.unique(bins)]
    parts = [rows for rows in parts if len(rows) >= FEW] or parts
    x = [float(np.median(value[part])) for part in parts]
    low, middle, high = (
        [float(np.quantile(share[part], level)) for part in parts] for level in (0.1, 0.5, 0.9)
    )
    return Chart(
        name=f"dependence_{name}",
        title=f"How the score moves with {name.replace('_', ' ')}",
        x_label=name.replace("_", " "),
        y_label=f"its share of the score, {MARGIN}",
        series={candidate: (_plain(x), _plain(middle))},
        spread={candidate: (_plain(low), _plain(high))},
        caption=f"{description[:1].upper()}{description[1:]}{'. ' if description else ''}"
        "Median of rows with about that value, alerts among them; 8 of 10 lie in the band.",
    )


def _alerts(candidate: str, explanations: pd.DataFrame) -> Grid:
    """The alerts of the last day of the last fold, the highest score first."""
    alerts = explanations[explanations["part"] == "alert"]
    day = alerts["time"].str[:10].max()
    latest = alerts[alerts["time"].str.startswith(str(day))]
    latest = latest[latest["fold"] == latest["fold"].max()].head(SHOWN)
    latest = latest.assign(
        time=latest["time"].str.removeprefix(f"{day} "),
        amount=latest["amount"].str.replace(" ", "\N{NO-BREAK SPACE}"),
    )
    columns = ["row_id", "time", "amount", "score", "reasons", "would_pass"]
    shown = [name for name in columns if name in ("row_id", "score") or latest[name].any()]
    rows = latest[shown].assign(score=latest["score"].map("{:.3f}".format)).astype(str)
    return Grid(
        title="Alerts of a day, with reasons",
        columns=[name.replace("_", " ").replace("row id", "id") for name in shown],
        rows=rows.to_numpy().tolist(),
        caption=f"The highest scores of {candidate} on {day}, a card once. Behind a reason "
        f"stands what it adds to the {MARGIN} of the score; what is said would pass has been "
        "scored again, with every input that depends on the amount.",
    )


def _plain(values: Array | list[float]) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
