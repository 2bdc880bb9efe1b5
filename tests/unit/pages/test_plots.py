from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

from penstock.core.contracts import Chart
from penstock.pages.plots import to_csv, write_plots
from tests.example_report import example_charts

TEMPLATE = Path(__file__).parents[3] / ".dvc" / "plots" / "chart.json"


def rows(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(chart))))


def test_each_chart_is_a_file_and_those_of_an_earlier_run_are_gone(tmp_path):
    folder = tmp_path / "plots"
    write_plots(example_charts()[:1], folder)
    write_plots(example_charts()[1:], folder)
    assert sorted(file.name for file in folder.iterdir()) == ["bars.csv", "by_day.csv", "cal.csv"]


def test_a_chart_without_a_point_has_no_file(tmp_path):
    write_plots([Chart("none", "t", "x", "y", {"a": ([], [])})], tmp_path / "plots")
    assert list((tmp_path / "plots").iterdir()) == []


def test_rows_say_series_place_and_what_is_written_beside_the_axes():
    chart = Chart("c", "Title, with a comma", "day", "share", {"a": (["2018-08-08"], [0.25])})
    assert rows(chart) == [
        {
            "series": "a",
            "x": "2018-08-08",
            "y": "0.25",
            "row": "0",
            "kind": "line",
            "title": "Title, with a comma",
            "x_label": "day",
            "y_label": "share",
        }
    ]


def test_a_missing_value_parts_the_line_by_a_row_without_y():
    chart = Chart("c", "t", "x", "y", {"a": ([0.0, 1.0, 2.0], [5.0, math.nan, 6.0])})
    assert [(row["x"], row["y"]) for row in rows(chart)] == [("0", "5"), ("2", ""), ("2", "6")]


def test_a_reference_is_a_series_of_its_own_kind():
    chart = next(one for one in example_charts() if one.reference)
    assert [row["x"] for row in rows(chart) if row["kind"] == "reference"] == ["0", "1"]


def test_a_long_curve_is_thinned():
    chart = example_charts()[0]
    counted = [row for row in rows(chart) if row["series"] == "forest"]
    assert 300 <= len(counted) <= 1204


def test_the_template_reads_only_columns_that_the_files_have():
    text = TEMPLATE.read_text(encoding="utf-8")
    json.loads(text)
    named = {"series", "row", "kind", "title", "x_label", "y_label"}
    assert all(f".{column}" in text or f'"{column}"' in text for column in named)
    assert {*named, "x", "y"} == set(rows(example_charts()[0])[0])
