"""Every topic is a page of its own that needs nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from penstock.core.errors import UnknownName
from penstock.pages.curriculum.coverage import Line
from penstock.pages.curriculum.rows import read_rows
from penstock.pages.lab.page import index_page, lab_page
from penstock.pages.lab.plane import Plane, draw_plane, regions
from penstock.pages.lab.topic import topic_of, topics
from tests.curriculum import held
from tests.workspace import ROOT

ROWS = {row.id: row for row in read_rows(ROOT)}
FAST = [name for name in topics() if name not in ("generalisation", "maps", "pieces")]


def covered() -> list[Line]:
    row = ROWS["F46"]
    figures = ("equal to scikit-learn to 1e-08",)
    return [
        Line(row=row.id, group=row.group, title=row.title, state="done", figures=figures,
             files=("src/penstock/scratch/theory/penalties.py",)),
        Line(row="C02", group=row.group, title="ridge", state="open"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", topics())
def test_a_topic_names_rows_that_are_listed_and_files_that_are_there(name: str) -> None:
    topic = topic_of(name)
    assert set(topic.rows) <= ROWS.keys()
    for place, _ in topic.used:
        assert list((ROOT / "src" / "penstock").glob(place)), place
    assert topic.formulas and topic.questions


@pytest.mark.parametrize("name", FAST)
def test_a_page_is_whole_and_the_same_each_time(name: str) -> None:
    page = lab_page(name, covered())
    assert page == lab_page(name, covered())
    assert topic_of(name).title in page
    assert not re.search(r"<script|https?://|src=\"(?!data:)", page)
    assert page.count("<figure") == len(topic_of(name).figures()) >= 1


def test_what_tests_held_stands_on_the_page() -> None:
    page = lab_page("penalties", covered())
    assert "equal to scikit-learn to 1e-08" in page
    assert "scratch/theory/penalties.py" in page
    assert re.search(r"C02</th><td>ridge</td>\s*<td class=\"mono\"></td>\s*<td>open", page)


def test_the_index_counts_what_is_held() -> None:
    page = index_page(covered())
    assert all(f'href="{name}.html"' in page for name in topics())
    assert f"1 of {len(topic_of('penalties').rows)} rows held by tests" in page


def test_a_misspelt_topic_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="gradient-descent"):
        topic_of("gradient-decent")


def test_units_of_a_square_plane_are_as_long_on_both_axes() -> None:
    corners = np.array([[0.0, 0], [4, 0], [4, 1], [0, 1]])
    drawn = draw_plane(Plane("box", paths={"box": corners}, square=True))
    [path] = re.findall(r'd="(M[^"]+)"', drawn)
    places = [[float(one) for one in pair.split()] for pair in path[1:].split("L")]
    wide, tall = places[1][0] - places[0][0], places[1][1] - places[2][1]
    assert wide / tall == pytest.approx(4, rel=0.01)


def test_the_pen_is_lifted_where_a_path_has_nothing() -> None:
    path = np.array([[0.0, 0], [1, 1], [np.nan, np.nan], [2, 0], [3, 1]])
    assert draw_plane(Plane("two", paths={"two": path})).count("M") == 2


def test_runs_of_a_class_are_one_rectangle() -> None:
    told = np.array([[0, 0, 1], [1, 1, 1]])
    found = regions(np.array([0.0, 1, 2]), np.array([0.0, 1]), told)
    assert found["0"].tolist() == [[-0.5, -0.5, 1.5, 0.5]]
    assert found["1"].tolist() == [[1.5, -0.5, 2.5, 0.5], [-0.5, 0.5, 2.5, 1.5]]


def test_names_are_escaped(tmp_path: Path) -> None:
    drawn = draw_plane(Plane("<b>", points={"<i>": np.zeros((2, 2))}, written=True))
    assert "<b>" not in drawn and "<i>" not in drawn


@pytest.mark.curriculum("F19", of="src/penstock/pages/lab/topics/information.py")
def test_the_page_on_information_draws_what_scipy_counts() -> None:
    from scipy.stats import entropy

    coin, belief, gain = topic_of("information").figures()
    places, nats = coin.series["entropy"]
    np.testing.assert_allclose(nats, [entropy([1 - p, p]) for p in places], atol=1e-12)
    places, wrong = belief.series["divergence"]
    np.testing.assert_allclose(wrong, [entropy([0.7, 0.3], [1 - p, p]) for p in places], atol=1e-12)
    held("scipy.stats.entropy", 1e-12)
    cuts, told = gain.series["gain"]
    assert abs(cuts[int(np.argmax(told))] - 0.4) < 0.4
