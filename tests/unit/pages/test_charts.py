from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest

from penstock.core.contracts import Chart
from penstock.pages.charts import draw
from tests.example_report import example_charts


def chart(**series: tuple[list, list]) -> Chart:
    return Chart("c", "A chart", "x", "y", series)


def texts(svg: str, cls: str) -> list[str]:
    return [found.text or "" for found in parse(svg).iter("text") if cls in found.get("class", "")]


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)


@pytest.mark.parametrize("one", example_charts(), ids=lambda one: one.name)
def test_every_kind_is_well_formed_and_the_same_twice(one):
    svg = draw(one)
    assert parse(svg).tag == "svg"
    assert parse(svg).get("aria-label") == one.title
    assert svg == draw(one)
    assert "nan" not in svg
    assert " id=" not in svg


def test_a_chart_with_one_point_is_a_dot_between_ticks():
    svg = draw(chart(a=([3.0], [5.0])))
    assert len(list(parse(svg).iter("circle"))) == 1
    assert len(texts(svg, "tick")) >= 4


@pytest.mark.parametrize(
    "series",
    [{}, {"a": ([], [])}, {"a": ([1.0, 2.0], [math.nan, math.inf])}],
    ids=["no series", "no points", "no numbers"],
)
def test_a_chart_with_nothing_to_draw_says_so(series):
    svg = draw(chart(**series))
    assert texts(svg, "label") == ["No data to draw"]


def test_a_missing_value_breaks_the_line_and_moves_nothing():
    svg = draw(chart(a=([0.0, 1.0, 2.0, 3.0], [1.0, math.nan, 2.0, 3.0])))
    (line,) = [path for path in parse(svg).iter("path") if path.get("class") == "line"]
    assert line.get("d").count("M") == 2
    assert len(list(parse(svg).iter("circle"))) == 3


def test_an_empty_series_beside_a_full_one_keeps_its_place_in_the_colours():
    svg = draw(chart(empty=([], []), full=([0.0, 1.0], [0.0, 1.0])))
    assert 'class="series s0"' in svg
    assert 'class="series s1"' in svg


def test_a_candidate_keeps_its_colour_and_others_take_free_ones():
    one = chart(new=([0.0, 1.0], [0.0, 1.0]), forest=([0.0, 1.0], [1.0, 0.0]))
    svg = draw(one, {"forest": "s0", "tree": "s1"})
    drawn = {group.find("title").text: group.get("class") for group in parse(svg).iter("g")}
    assert drawn == {"forest": "series s0", "new": "series s2"}


def test_names_are_escaped():
    evil = '<script>alert("x")</script>'
    svg = draw(Chart("c", evil, evil, evil, {evil: ([evil], [1.0])}))
    bars = draw(Chart("c", evil, evil, evil, {evil: ([evil], [1.0])}, kind="bar"))
    assert "<script" not in svg + bars
    assert parse(svg).get("aria-label") == parse(bars).get("aria-label") == evil


def test_thousands_of_points_become_as_many_as_the_paper_shows():
    x = [i / 50_000 for i in range(50_000)]
    svg = draw(chart(a=(x, [math.sin(2000 * v) for v in x])))
    assert len(svg) < 40_000


def test_days_are_read_in_order_however_they_come():
    svg = draw(chart(a=(["2018-08-09", "2018-08-08"], [2.0, 1.0])))
    assert texts(svg, "middle") == ["8 Aug", "9 Aug"]


def test_bars_start_at_zero_and_negative_ones_lie_on_the_other_side():
    svg = draw(Chart("c", "t", "x", "y", {"a": (["p", "q"], [2.0, -1.0])}, kind="bar"))
    plus, minus = (float(bar.get("x")) for bar in parse(svg).iter("rect"))
    widths = [float(bar.get("width")) for bar in parse(svg).iter("rect")]
    assert plus == pytest.approx(minus + widths[1])
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)


def test_a_long_name_is_cut_and_told_whole_to_the_pointer():
    name = "a_feature_with_a_name_longer_than_the_paper_is_wide"
    svg = draw(Chart("c", "t", "x", "y", {"a": ([name], [2.0])}, kind="bar"))
    assert any(title.text == name for title in parse(svg).iter("title"))
