from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from penstock.core.contracts import Chart
from penstock.pages.charts import draw

LINE = Chart(
    "c", "A chart", "x", "y", {"a": ([0.0, 1.0, 2.0], [1.0, 2.0, 3.0])},
    spread={"a": ([0.0, 1.0, 2.0], [2.0, 5.0, 4.0])},
)  # fmt: skip
BARS = Chart(
    "c", "A chart", "x", "y", {"a": (["p", "q"], [1.0, 2.0])}, kind="bar",
    spread={"a": ([0.5, 1.0], [1.5, 8.0])},
)  # fmt: skip


def found(chart: Chart, cls: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(draw(chart)).iter() if one.get("class") == cls]


def test_a_band_runs_along_the_low_points_and_back_along_the_high_ones() -> None:
    [band] = found(LINE, "band")
    assert band.get("d").count("L") == 5
    assert band.get("d").startswith("M") and band.get("d").endswith("Z")


def test_a_whisker_ends_at_the_bounds_of_its_bar() -> None:
    whiskers, bars = found(BARS, "reach"), found(BARS, "bar")
    assert len(whiskers) == len(bars) == 2
    for whisker, bar, factor in zip(whiskers, bars, (1.5, 4.0), strict=True):
        start, width = (float(bar.get(name)) for name in ("x", "width"))
        assert float(whisker.get("x2")) == pytest.approx(start + factor * width, abs=0.3)
        middle = float(bar.get("y")) + float(bar.get("height")) / 2
        assert float(whisker.get("y1")) == pytest.approx(middle, abs=0.2)


@pytest.mark.parametrize("chart", [LINE, BARS])
def test_the_axis_holds_the_bounds(chart: Chart) -> None:
    ticks = [float(one.text) for one in ET.fromstring(draw(chart)).iter("text")
             if "tick" in one.get("class", "") and one.text.replace(".", "").isdigit()]  # fmt: skip
    assert max(ticks) >= max(chart.spread["a"][1])


@pytest.mark.parametrize("chart", [LINE, BARS])
def test_a_chart_without_bounds_is_drawn_without(chart: Chart) -> None:
    assert not found(replace(chart, spread={}), "band")
    assert not found(replace(chart, spread={}), "reach")


def test_a_point_without_bounds_is_left_out_of_them() -> None:
    low, high = LINE.spread["a"]
    [band] = found(replace(LINE, spread={"a": ([low[0], math.nan, low[2]], high)}), "band")
    assert band.get("d").count("L") == 3
    low, high = BARS.spread["a"]
    assert len(found(replace(BARS, spread={"a": ([math.nan, low[1]], high)}), "reach")) == 1


def test_bounds_of_a_series_that_is_not_drawn_are_passed_over() -> None:
    assert not found(replace(LINE, series={"b": LINE.series["a"]}), "band")
