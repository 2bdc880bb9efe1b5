"""Pictures of a report: their bytes, the table of confusions, and how training went."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from penstock.core.contracts import Array
from penstock.pages.heat import draw_counts
from penstock.pages.learning import learning_charts
from penstock.pages.pictures import ABOVE, BELOW, Counts, address
from penstock.pages.png import png
from penstock.pages.report import render_report
from tests.example_pictures import HISTORY, NAMES, VALUES, illustrated_page
from tests.example_report import example_page


def decoded(told: str) -> Array:
    head, _, data = told.partition(",")
    assert head == "data:image/png;base64"
    pixels: Array = np.rint(imread(io.BytesIO(base64.b64decode(data))) * 255).astype(np.uint8)
    return pixels


def test_a_file_holds_the_pixels_it_was_made_of() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), np.uint8)
    found = np.rint(imread(io.BytesIO(png(pixels))) * 255).astype(np.uint8)
    np.testing.assert_array_equal(found, pixels)
    assert png(pixels) == png(pixels.copy())


def test_ink_is_black_and_paper_shows_the_page() -> None:
    found = decoded(address(np.array([[0, 128, 255]]), "ink"))
    assert found[0].tolist() == [[0, 0, 0, 0], [0, 0, 0, 128], [0, 0, 0, 255]]


def test_signs_have_a_colour_each_and_strength_is_up_to_the_largest() -> None:
    found = decoded(address(np.array([[-2.0, 0.0, 1.0]]), "signed"))
    assert found[0, 0].tolist() == [*BELOW, 255]
    assert found[0, 1, 3] == 0
    assert found[0, 2].tolist() == [*ABOVE, 128]


@pytest.mark.parametrize("kind", ["ink", "signed", "heat"])
def test_a_picture_of_nothing_is_empty_and_no_error(kind: str) -> None:
    assert decoded(address(np.zeros((2, 2)), kind))[..., 3].max() == 0


def test_heat_goes_from_the_smallest_to_the_largest() -> None:
    assert decoded(address(np.array([[3.0, 4.0, 5.0]]), "heat"))[0, :, 3].tolist() == [0, 128, 255]


def test_counts_colour_what_was_told_wrongly_alone() -> None:
    drawn = draw_counts(Counts("Confusions", NAMES, VALUES))
    boxes = list(ET.fromstring(drawn).iter("rect"))
    kinds = [one.attrib["class"] for one in boxes]
    assert kinds == ["right", "none", "wrong", "none", "right", "none", "wrong", "none", "right"]
    strength = [float(one.attrib["fill-opacity"]) for one in boxes]
    assert strength[6] > strength[2] > 0.05
    assert "2, told 0: 7" in drawn
    words = [one.text for one in ET.fromstring(drawn).iter("text")]
    assert words == [
        "true",
        "980",
        "2.3",
        "1,128",
        "7",
        "1,000",
        "0",
        "0",
        "1",
        "1",
        "2",
        "2",
        "told",
    ]


def test_long_names_stand_on_end_below_their_columns() -> None:
    long = Counts("c", ["Ankle boot", "T-shirt/top", "Bag"], VALUES)
    assert draw_counts(long).count("rotate(-90)") == 3
    assert "rotate" not in draw_counts(Counts("c", NAMES, VALUES))


def test_counts_without_a_mistake_are_drawn() -> None:
    drawn = draw_counts(Counts("c", NAMES, np.diag([3.0, 4.0, 5.0])))
    assert 'class="wrong"' not in drawn


def test_a_curve_is_that_of_the_first_fit_for_the_split() -> None:
    (chart,) = learning_charts({"net": HISTORY}, "test")
    assert chart.name == "learning_train_loss" and chart.title == "Train loss of net"
    x, y = chart.series["net"]
    assert list(x) == [0, 1, 2, 3]
    assert list(y) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4], abs=1e-6)


def test_a_fit_that_served_another_split_first_is_drawn_too() -> None:
    (chart,) = learning_charts({"net": HISTORY}, "time")
    assert len(chart.series["net"][0]) == 4


def test_candidates_that_recorded_nothing_or_one_point_have_no_curve() -> None:
    assert learning_charts({"tree": [], "one": HISTORY[:1]}, "test") == []


def test_a_report_with_pictures_holds_them_and_asks_the_network_for_nothing() -> None:
    page = illustrated_page()
    html = render_report(page)
    assert html == render_report(page)
    sources = re.findall(r'<img [^>]*src="([^"]{22})', html)
    assert sources == ["data:image/png;base64,"] * 9
    assert 'alt="image 0: &lt;4 → 9&gt;"' in html
    assert "Confusions of a" in html and 'id="learning"' in html
    assert not re.search(r"https?:|url\(|@import|<script|<link", html)


def test_a_report_without_pictures_has_no_place_for_them() -> None:
    html: Any = render_report(example_page())
    assert "<img" not in html and 'id="learning"' not in html


@pytest.mark.curriculum("N19", of="src/penstock/pages/learning.py")
def test_candidates_of_one_model_are_drawn_beside_each_other() -> None:
    page = illustrated_page()
    both = replace(
        page, histories={"forest": HISTORY, "tree": HISTORY}, variants={"tree": "forest"}
    )
    assert "Variants of forest" in render_report(both)
    assert "Variants of" not in render_report(page)
    alone = replace(both, histories={"forest": HISTORY})
    assert "Variants of" not in render_report(alone)
