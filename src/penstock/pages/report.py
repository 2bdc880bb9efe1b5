"""The page of a project's report: reports/P/index.html, one file that needs no network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from penstock.core.contracts import Chart, Report, Scores
from penstock.pages.axes import number
from penstock.pages.charts import draw
from penstock.pages.gate import TONES, in_words, lead_of
from penstock.pages.importances import importance_charts
from penstock.pages.page import fill
from penstock.pages.palette import styles
from penstock.pages.standings import Figures, Table, interval, ranked, standings


@dataclass(frozen=True)
class ReportPage:
    """All that the page shows.

    Attributes:
        metrics: metric → label, the headline first; candidates are ordered by it, largest first.
        leads_on: the split that orders the page.
        scores: candidate → split → metric → estimate.
        importances: candidate → feature → value; empty where a model tells none.
        gate: the content of gate.json; empty where no gate ran.
        facts: (label, value) of where the numbers come from.
        published: candidate → split → metric → a figure to stand beside ours.
        published_source: whose figures these are.
    """

    project: str
    task: str
    metrics: Mapping[str, str]
    leads_on: str
    scores: Mapping[str, Scores]
    report: Report = field(default_factory=Report)
    importances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    gate: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    published: Figures = field(default_factory=dict)
    published_source: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result in a sentence: who leads, by what, and who comes next."""

    leader: str
    label: str
    mean: str
    interval: str
    published: str
    second: str
    second_mean: str
    apart: bool


@dataclass(frozen=True)
class Figure:
    """A chart on the page: `legend` holds (name, CSS classes)."""

    chart: Chart
    svg: Markup
    legend: tuple[tuple[str, str], ...]


def render_report(page: ReportPage) -> str:
    """The page's HTML; the same page gives the same text."""
    page = replace(page, metrics=_measured(page))
    # Colours follow the order of params.yaml, so they stay when the leaderboard turns.
    known = styles(page.scores)
    order = ranked(page.scores, page.leads_on, next(iter(page.metrics)))
    told = {name: page.importances[name] for name in order if page.importances.get(name)}
    return fill(
        "report.html",
        page=page,
        verdict=_verdict(page, order),
        tables=_tables(page, known),
        figures=[_figure(_in_order(chart, order), known) for chart in page.report.charts],
        importances=[_figure(chart, known) for chart in importance_charts(told)],
        gate=page.gate,
        gate_lead=lead_of(page.gate) if page.gate else "",
        tones=TONES,
        in_words=in_words,
        styles=known,
        is_number=_is_number,
        in_sentence=_in_sentence,
    )


def _measured(page: ReportPage) -> dict[str, str]:
    """The metrics that any candidate has; the headline whatever happens."""
    found = {metric for splits in page.scores.values() for one in splits.values() for metric in one}
    headline = next(iter(page.metrics))
    return {
        metric: label
        for metric, label in page.metrics.items()
        if metric in found or metric == headline
    }


def _verdict(page: ReportPage, order: Sequence[str]) -> Verdict | None:
    headline, label = next(iter(page.metrics.items()))
    found = [(name, page.scores[name][page.leads_on].get(headline)) for name in order]
    known = [(name, one) for name, one in found if one is not None and math.isfinite(one.mean)]
    if not known:
        return None
    leader, best = known[0]
    second, next_best = known[1] if len(known) > 1 else ("", best)
    figure = page.published.get(leader, {}).get(page.leads_on, {}).get(headline)
    return Verdict(
        leader=leader,
        label=label,
        mean=number(best.mean),
        interval=interval(best),
        published="" if figure is None else number(figure),
        second=second,
        second_mean=number(next_best.mean),
        apart=best.low > next_best.high,
    )


def _tables(page: ReportPage, known: Mapping[str, str]) -> list[Table]:
    """A leaderboard per split, the leading split first."""
    splits = dict.fromkeys([page.leads_on])
    splits |= dict.fromkeys(split for scores in page.scores.values() for split in scores)
    return [standings(page.scores, one, page.metrics, page.published, known) for one in splits]


def _in_order(chart: Chart, order: Sequence[str]) -> Chart:
    """The chart with its candidates in the leaderboard's order, the leader first."""
    names = [name for name in order if name in chart.series]
    names += [name for name in chart.series if name not in names]
    return replace(chart, series={name: chart.series[name] for name in names})


def _figure(chart: Chart, known: Mapping[str, str]) -> Figure:
    legend = tuple(styles(chart.series, known).items())
    return Figure(chart, Markup(draw(chart, known)), legend if len(legend) > 1 else ())  # noqa: S704


def _in_sentence(label: str) -> str:
    """`Average precision` in the midst of a sentence; `ROC AUC` stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _is_number(cell: str) -> bool:
    """Whether a cell of a grid is a figure, which stands to the right."""
    bare = cell.replace(",", "").replace("%", "").replace("−", "-").strip()
    try:
        float(bare)
    except ValueError:
        return False
    return True
