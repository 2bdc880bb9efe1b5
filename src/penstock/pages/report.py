"""The page of a project's report: reports/P/index.html, one file that needs no network."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from penstock.core.contracts import Chart, Grid, Report, Scores
from penstock.pages.axes import number
from penstock.pages.card import Card, model_card
from penstock.pages.charts import draw
from penstock.pages.gate import TONES, in_words, lead_of
from penstock.pages.heat import draw_counts
from penstock.pages.importances import importance_charts
from penstock.pages.learning import History, learning_charts
from penstock.pages.page import fill
from penstock.pages.palette import styles, styles_of
from penstock.pages.pictures import Counts, Illustrated, Sheet, address
from penstock.pages.standings import Figures, Table, interval, measured, ranked, standings

_ONE = r"(?:± ?|[-−+])?[\d,]*\.?\d+(e[-+]?\d+)? ?%?"
_FIGURE = re.compile(rf"—|{_ONE}|{_ONE} – {_ONE}|{_ONE} \[{_ONE} – {_ONE}\]")
DRAWN = 6  # candidates in a chart; more lines would hide each other
BOARD = 5  # metrics on a leaderboard; more would leave its drawing no room


@dataclass(frozen=True)
class ReportPage:
    """All that the page shows.

    Attributes:
        metrics: metric → label, the headline first; candidates are ordered by it, largest first.
        leads_on: the split that orders the page.
        scores: candidate → split → metric → estimate.
        importances: candidate → feature → value; empty where a model tells none.
        histories: candidate → what it recorded as it learnt, a row a step.
        variants: candidate → the one that it is a variant of.
        gate: the content of gate.json; empty where no gate ran.
        facts: (label, value) of where the numbers come from.
        published: candidate → split → metric → a figure to stand beside ours.
        published_source: whose figures these are.
        ceiling: split → metric → what no candidate is expected to pass.
        ceiling_source: whose figures those are.
    """

    project: str
    task: str
    metrics: Mapping[str, str]
    leads_on: str
    scores: Mapping[str, Scores]
    report: Report = field(default_factory=Report)
    importances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    histories: Mapping[str, History] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    gate: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    published: Figures = field(default_factory=dict)
    published_source: str = ""
    ceiling: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    ceiling_source: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result in a sentence: who leads, by what, and who comes next."""

    leader: str
    label: str
    mean: str
    interval: str
    published: str
    ceiling: str
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
    every = list(_measured(page).items())
    page, further = replace(page, metrics=dict(every[:BOARD])), dict(every[BOARD:])
    order = ranked(page.scores, page.leads_on, next(iter(page.metrics)))
    drawn = order[:DRAWN]
    # Colours follow the order of params.yaml, so they stay when the leaderboard turns.
    known = styles_of(page.scores, drawn)
    told = {name: page.importances[name] for name in drawn if page.importances.get(name)}
    charts = [_of_candidates(chart, order, drawn) for chart in page.report.charts]
    learnt = learning_charts({name: page.histories.get(name, ()) for name in drawn}, page.leads_on)
    counts, sheets = _pictures(page.report)
    return fill(
        "report.html",
        page=page,
        verdict=_verdict(page, order),
        tables=_tables(page, known),
        others=[
            *_further(page, further, order),
            *(
                (title, *measured(page.scores, page.leads_on, metrics, order))
                for title, metrics in page.report.tables.items()
            ),
        ],
        figures=[_figure(chart, known) for chart in charts],
        left_out=len(order) - len(drawn),
        grids=[_by_rank(grid, order) for grid in page.report.grids],
        learning=[_figure(_of_candidates(chart, order, drawn), known) for chart in learnt],
        families=[(base, [_figure(one, {}) for one in charts]) for base, charts in _families(page)],
        counts=[(one, Markup(draw_counts(one))) for one in counts],  # noqa: S704
        sheets=sheets,
        address=address,
        card=_card(page, order, further),
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
    ceiling = page.ceiling.get(page.leads_on, {}).get(headline)
    return Verdict(
        leader=leader,
        label=label,
        mean=number(best.mean),
        interval=interval(best),
        published="" if figure is None else number(figure),
        ceiling="" if ceiling is None else number(ceiling),
        second=second,
        second_mean=number(next_best.mean),
        apart=best.low > next_best.high,
    )


def _tables(page: ReportPage, known: Mapping[str, str]) -> list[Table]:
    """A leaderboard per split, the leading split first."""
    return [
        standings(page.scores, one, page.metrics, page.published, known, page.ceiling.get(one, {}))
        for one in _splits(page)
    ]


def _splits(page: ReportPage) -> list[str]:
    """Those that any candidate is judged on, the leading one first."""
    found = (split for scores in page.scores.values() for split in scores)
    return list(dict.fromkeys([page.leads_on, *found]))


def _of_candidates(chart: Chart, order: Sequence[str], drawn: Sequence[str]) -> Chart:
    """The chart with the candidates to be drawn in the leaderboard's order, the leader first."""
    names = [name for name in drawn if name in chart.series]
    names += [name for name in chart.series if name not in order]
    return replace(chart, series={name: chart.series[name] for name in names or chart.series})


def _by_rank(grid: Grid, order: Sequence[str]) -> Grid:
    """A table with a row for each candidate in the leaderboard's order; any other as it is."""
    place = {name: index for index, name in enumerate(order)}
    if not all(row and row[0] in place for row in grid.rows):
        return grid
    return replace(grid, rows=sorted(grid.rows, key=lambda row: place[row[0]]))


def _further(
    page: ReportPage, metrics: Mapping[str, str], order: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Tables of the metrics that the leaderboards have no room for, one for each split."""
    told = []
    for split in _splits(page):
        labels, cells = measured(page.scores, split, metrics, order)
        if labels:
            told.append((f"Further metrics on “{split}”", labels, cells))
    return told


def _card(page: ReportPage, order: Sequence[str], further: Mapping[str, str]) -> Card | None:
    """The model card of the leader, where the task says anything of it."""
    if not (page.report.card and order):
        return None
    labels = {**page.metrics, **further}
    for metrics in page.report.tables.values():
        labels |= metrics
    found = page.scores[order[0]][page.leads_on]
    told, facts = page.report.card, page.facts
    return model_card(order[0], page.project, page.leads_on, found, labels, told, facts)


def _families(page: ReportPage) -> list[tuple[str, list[Chart]]]:
    """How candidates of one model learnt, beside each other; of those that recorded it."""
    found = []
    for base in dict.fromkeys(page.variants.values()):
        names = [base, *(name for name, other in page.variants.items() if other == base)]
        histories = {name: page.histories.get(name, ()) for name in names}
        charts = learning_charts(histories, page.leads_on)
        told = [chart for chart in charts if len(chart.series) > 1]
        if told:
            found.append((base, told))
    return found


def _pictures(report: Report) -> tuple[Sequence[Counts], Sequence[Sheet]]:
    """The pictures of a report that has some."""
    return (report.counts, report.sheets) if isinstance(report, Illustrated) else ((), ())


def _figure(chart: Chart, known: Mapping[str, str]) -> Figure:
    legend = tuple(styles(chart.series, known).items())
    return Figure(chart, Markup(draw(chart, known)), legend if len(legend) > 1 else ())  # noqa: S704


def _in_sentence(label: str) -> str:
    """`Average precision` in the midst of a sentence; `ROC AUC` stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _is_number(cell: str) -> bool:
    """Whether a cell of a grid is a figure, maybe with its interval: those stand to the right."""
    return _FIGURE.fullmatch(cell.strip()) is not None
