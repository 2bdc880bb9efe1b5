from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import combinations

import pytest

from penstock.core.contracts import Chart, Estimate, Grid, Report
from penstock.pages.report import DRAWN, render_report
from tests.example_report import HEADLINE, METRICS, example_page, many_page
from tests.unit.pages.colours import SIGHTS, apart, linear

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Reader(HTMLParser):
    """Words and attributes of a page; fails where a tag isn't closed by its own name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.handle_attributes(attrs)

    def handle_startendtag(self, tag, attrs):
        self.handle_attributes(attrs)

    def handle_attributes(self, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def estimate(mean: float, spread: float = 0.02) -> Estimate:
    return Estimate(mean, 0.01, 4, mean - spread, mean + spread, "card")


def two(first: Estimate, second: Estimate, **changes):
    headline = next(iter(METRICS))
    scores = {name: {"test": {headline: one}} for name, one in (("a", first), ("b", second))}
    return example_page(scores=scores, published={}, **changes)


def test_the_same_page_is_the_same_text():
    assert render_report(example_page()) == render_report(example_page())


def test_the_page_is_closed_html_and_every_figure_is_well_formed():
    html = render_report(example_page())
    page = Reader(html)
    assert len(page.ids) == len(set(page.ids))
    figures = re.findall(r"<svg.*?</svg>", html, flags=re.S)
    assert len(figures) > 20
    assert all(ET.fromstring(figure).tag == "svg" for figure in figures)


def test_nothing_is_fetched_from_anywhere():
    html = render_report(example_page())
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img", html)
    assert set(Reader(html).links) == {"gate.html"}
    assert "default-src 'none'" in html


def test_names_of_users_are_escaped_wherever_they_stand():
    evil = '<img src=x onerror="alert(1)">'
    headline = next(iter(METRICS))
    page = example_page(
        project=evil,
        task=evil,
        leads_on=evil,
        metrics={headline: evil},
        scores={evil: {evil: {headline: estimate(0.5)}}},
        report=Report([Chart("c", evil, evil, evil, {evil: ([evil], [1.0])}, "bar", evil)],
                      [Grid(evil, [evil], [[evil]], evil)], [evil]),
        importances={evil: {evil: 1.0}},
        facts=[(evil, evil)],
        published={evil: {evil: {headline: 0.4}}},
        published_source=evil,
    )  # fmt: skip
    html = render_report(page)
    assert "<img" not in html
    assert html.count("&lt;img") > 20


def test_the_verdict_names_the_leader_the_figure_and_whether_it_may_be_chance():
    apart = Reader(render_report(two(estimate(0.6), estimate(0.5)))).text()
    assert "a leads on the split “test”: average precision 0.600 [0.580 – 0.620]" in apart
    assert "ahead of b at 0.500. Their intervals are apart." in apart
    close = Reader(render_report(two(estimate(0.50), estimate(0.51)))).text()
    assert "b leads" in close
    assert "so the order of the two may be chance" in close


def test_a_candidate_without_a_figure_comes_last_and_the_page_stands():
    nothing = estimate(math.nan)
    text = Reader(render_report(two(nothing, estimate(0.5)))).text()
    assert "b leads on" in text
    assert "—" in text
    none_at_all = Reader(render_report(two(nothing, nothing))).text()
    assert "No candidate has a figure on the split “test”" in none_at_all


def test_the_published_figure_stands_beside_ours_with_its_source():
    text = Reader(render_report(example_page())).text()
    assert "0.694 [0.674 – 0.714], published 0.687" in text
    assert "published figure: A book" in text
    assert "published" not in Reader(render_report(example_page(published={}))).text()


def test_every_split_has_a_leaderboard_and_the_leading_one_comes_first():
    html = render_report(example_page())
    tabs = re.findall(r'<label class="tab-\d+" for="(split-\d+)">(\w+)</label>', html)
    assert tabs == [("split-1", "test"), ("split-2", "first"), ("split-3", "validation")]
    assert html.count('name="split"') == 3


def test_a_candidate_has_one_colour_on_the_whole_page():
    html = render_report(example_page())
    for index, name in enumerate(HEADLINE):
        swatches = set(re.findall(rf'<span class="swatch (s\d)"></span>{re.escape(name)}<', html))
        legend = set(
            re.findall(rf'<li class="(s\d)" tabindex="0">.*?</svg>{re.escape(name)}<', html)
        )
        drawn = set(re.findall(rf'<g class="series (s\d)"><title>{re.escape(name)}</title>', html))
        assert swatches == legend == drawn == {f"s{index}"}


def test_the_gate_is_told_with_what_was_not_simply_met():
    text = Reader(render_report(example_page())).text()
    assert "7 of 1,000 rows" in text
    assert "Amounts lie between 0 and 5,000" in text
    assert "No id twice" not in text


def test_a_page_of_a_task_with_little_to_tell_is_still_a_page():
    bare = example_page(report=Report(), importances={}, gate={}, facts=(), published={})
    text = Reader(render_report(bare)).text()
    for heading in ("Curves", "What the scores hang on", "The gate", "What to know"):
        assert heading not in text
    assert "dvc repro evaluate@fraud" in text


THEMES = {"light": 1, "dark": 2, "print": 3}


def colours_of(theme: str) -> dict[str, str]:
    css = render_report(example_page()).split("</style>")[0]
    block = css.split(":root {")[THEMES[theme]].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_of_a_series_stands_out_from_its_card(theme):
    colours = colours_of(theme)
    card = luminance(colours["card"])
    for name in (*(f"c{index}" for index in range(8)), "ink", "muted"):
        light, dark = sorted((luminance(colours[name]), card), reverse=True)
        least = 4.5 if name in ("ink", "muted") else 3.0
        assert (light + 0.05) / (dark + 0.05) >= least, name


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(("series", "least"), [(DRAWN, 0.14), (8, 0.09)])
def test_a_colour_blind_reader_tells_the_lines_of_a_chart_apart(theme, sight, series, least):
    colours = [colours_of(theme)[f"c{index}"] for index in range(series)]
    pairs = combinations(colours, 2)
    assert min(apart(one, other, sight) for one, other in pairs) >= least


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def test_a_metric_that_no_candidate_has_gets_no_column() -> None:
    page = example_page(metrics={**METRICS, "rmse": "Error of values"})
    assert "Error of values" not in render_report(page)


def test_of_many_candidates_charts_draw_the_first_and_tables_hold_all() -> None:
    html = render_report(many_page(20))
    page = Reader(html)
    drawn = set(re.findall(r'<g class="series s\d"><title>(.*?)</title>', html))
    assert drawn == {f"candidate-{index}" for index in range(14, 20)}  # by their figures
    assert "The leaders are drawn; the plots of DVC hold the other 14 too." in page.text()
    for index in range(20):
        assert html.count(f"</span>candidate-{index}<") >= 3  # leaderboards and tables apart


def test_the_candidates_that_are_drawn_have_colours_and_the_others_rings() -> None:
    html = render_report(many_page(20))
    swatches = re.findall(r'<span class="swatch (\w+)"></span>(candidate-\d+)<', html)
    named = {name: style for style, name in swatches}
    assert {named[f"candidate-{index}"] for index in range(14)} == {"rest"}
    assert [named[f"candidate-{index}"] for index in range(14, 20)] == [f"s{i}" for i in range(6)]


def test_a_table_with_a_row_for_each_candidate_follows_the_leaderboard() -> None:
    rows = [[name, "1"] for name in HEADLINE]
    other = Grid("Slices", ["slice", "n"], [["b", "2"], ["a", "3"]])
    page = example_page(report=Report(grids=[Grid("Found", ["candidate", "n"], rows), other]))
    html = render_report(page)
    found = re.findall(r'scope="row"><span class="swatch \w+"></span>([\w-]+)</th>', html)
    assert found[-len(HEADLINE) :] == sorted(HEADLINE, key=HEADLINE.__getitem__, reverse=True)
    assert html.index(">b</th>") < html.index(">a</th>")


def test_the_ceiling_is_drawn_across_the_intervals_and_told_with_its_source() -> None:
    ceiling = {"test": {"average_precision": 0.766, "roc_auc": 0.884}}
    html = render_report(example_page(ceiling=ceiling, ceiling_source="Who knows all"))
    text = Reader(html).text()
    assert "ceiling 0.766" in text
    assert "Ceiling: Who knows all" in text
    assert html.count("<title>ceiling 0.766</title>") == len(HEADLINE)
    assert "0.884" in text
    assert "eiling" not in Reader(render_report(example_page())).text()


def test_metrics_apart_stand_in_tables_of_their_own_with_their_intervals() -> None:
    tables = {"Decisions": {"recall": "Recall", "saved": "Saved"}, "Empty": {"none": "None"}}
    scores = {
        name: {"test": {"average_precision": estimate(value), "recall": estimate(value - 0.1)}}
        for name, value in (("a", 0.5), ("b", 0.6))
    }
    html = render_report(example_page(scores=scores, report=Report(tables=tables)))
    text = Reader(html).text()
    part = text[text.index("Decisions Split") :]
    assert part.index("b 0.500 0.480 – 0.520") < part.index("a 0.400 0.380 – 0.420")
    assert "Saved" not in text
    assert "Empty" not in text


def test_the_model_card_says_what_the_task_says_the_figures_and_the_hashes() -> None:
    said = [("Intended use", "To <rank> & file."), ("Limits", "Few.")]
    html = render_report(example_page(report=Report(card=said)))
    text = Reader(html).text()
    assert "Model card" in text
    assert "xgboost, which leads project fraud on the split “test”." in text
    assert "Average precision 0.694 [0.674 – 0.714]" in text
    assert "raw sha256 " + "ab" * 32 in text
    assert "# Model card: fraud, xgboost\n\n## Model\n" in html
    assert "## Intended use\n\nTo &lt;rank&gt; &amp; file.\n" in html
    assert "Model card" not in Reader(render_report(example_page())).text()


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("1,024", True), ("−3.5 %", True), ("0.6 – 0.7", True), ("0.61 [0.58 – 0.64]", True),
        ("—", True), ("2e-05", True), ("forest", False), ("2018-08-08", False), ("", False),
        ("5 to 7", False),
    ],
)  # fmt: skip
def test_figures_stand_to_the_right_and_words_to_the_left(cell, right) -> None:
    html = render_report(example_page(report=Report(grids=[Grid("G", ["a", "b"], [["x", cell]])])))
    assert (f'<td class="number">{cell}</td>' in html) is right


def test_metrics_beyond_the_fifth_stand_below_so_that_intervals_keep_their_room() -> None:
    more = {f"metric_{index}": f"Metric {index}" for index in range(4)}
    page = example_page(metrics={**METRICS, **more})
    for splits in page.scores.values():
        for found in splits.values():
            found.update(dict.fromkeys(more, estimate(0.5)))
    text = render_report(page)
    board, _, below = text.partition("Further metrics on “test”")
    assert "Metric 1" in board and "Metric 2" not in board
    assert "Metric 2" in below and "Further metrics on “first”" in below
