from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from penstock.core.contracts import Chart, Estimate, Grid, Report
from penstock.pages.report import render_report
from tests.example_report import HEADLINE, METRICS, example_page

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


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_colour_of_a_series_stands_out_from_its_card(theme):
    css = render_report(example_page()).split("</style>")[0]
    block = css.split(":root {")[{"light": 1, "dark": 2, "print": 3}[theme]].split("}")[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
    card = luminance(colours["card"])
    for name in (*(f"c{index}" for index in range(8)), "ink", "muted"):
        light, dark = sorted((luminance(colours[name]), card), reverse=True)
        least = 4.5 if name in ("ink", "muted") else 3.0
        assert (light + 0.05) / (dark + 0.05) >= least, name


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_metric_that_no_candidate_has_gets_no_column() -> None:
    page = example_page(metrics={**METRICS, "rmse": "Error of values"})
    assert "Error of values" not in render_report(page)
