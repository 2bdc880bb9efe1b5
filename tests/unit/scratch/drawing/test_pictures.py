from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import torch

from penstock.scratch.drawing.curves import compared, curves, with_derivative
from penstock.scratch.drawing.regions import decisions, regions
from penstock.scratch.errors import ShapeError
from penstock.scratch.nn.activations import leaky_relu, relu, sigmoid, tanh
from tests.unit.scratch.against_torch import numbers

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.curriculum("N02")
def test_activations_and_derivatives_are_drawn_one_line_each() -> None:
    names = {"σ": sigmoid, "tanh": tanh, "ReLU": relu, "leaky": leaky_relu}
    for picture in compared(names):
        svg = ElementTree.fromstring(picture)
        lines = svg.findall(f"{SVG}polyline")
        assert len(lines) == 4 and len(lines[0].get("points", "").split()) == 161
        assert {"σ", "leaky"} <= {one.text for one in svg.findall(f"{SVG}text")}


@pytest.mark.curriculum("N02")
def test_a_derivative_is_torchs() -> None:
    x = np.linspace(-3, 3, 11)
    values, slope = with_derivative(tanh, x)
    np.testing.assert_allclose(values, np.tanh(x))
    other = torch.from_numpy(x.copy()).requires_grad_()
    torch.tanh(other).sum().backward()
    assert other.grad is not None
    np.testing.assert_allclose(slope, other.grad.numpy(), atol=1e-12)


def test_points_of_a_line_lie_where_its_values_say() -> None:
    svg = ElementTree.fromstring(curves(np.array([0.0, 1, 2]), {"a<b": np.array([0.0, 1, 4])}, "t"))
    line = svg.find(f"{SVG}polyline")
    assert line is not None and line.get("points") == "34.0,226.0 210.0,178.0 386.0,34.0"


def test_lines_of_other_lengths_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"lines of shape \(3,\)"):
        curves(np.arange(3.0), {"a": np.arange(4.0)}, "")
    with pytest.raises(ShapeError, match="two points"):
        curves(np.arange(1.0), {"a": np.arange(1.0)}, "")


@pytest.mark.curriculum("N13")
def test_decisions_on_the_grid_are_the_classifiers() -> None:
    points = numbers(0, 50, 2)
    x, y, classes = decisions(lambda p: (p[:, 0] > p[:, 1]).astype(int), points, 15)
    assert x[0] < points[:, 0].min() and y[-1] > points[:, 1].max()
    np.testing.assert_array_equal(classes, x[None, :] > y[:, None])


@pytest.mark.curriculum("N13")
def test_regions_cover_the_plane_in_runs_and_show_every_point() -> None:
    points = numbers(0, 40, 2)
    labels = (points[:, 0] > 0).astype(int)
    svg = ElementTree.fromstring(regions(lambda p: (p[:, 0] > 0).astype(int), points, labels, 20))
    rects = svg.findall(f"{SVG}rect")
    assert len(rects) == 40  # two runs a row
    assert sum(float(one.get("width", "")) for one in rects) == pytest.approx(20 * 320, rel=1e-3)
    assert len({one.get("fill") for one in rects}) == 2
    assert {one.get("y") for one in rects} == {f"{16 * row:.1f}" for row in range(20)}
    circles = svg.findall(f"{SVG}circle")
    left = {one.get("fill") for one in circles if float(one.get("cx", "")) < 100}
    assert len(circles) == 40 and left == {rects[0].get("fill")}


def test_points_outside_a_plane_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"points \(N, 2\), got \(4, 3\)"):
        decisions(lambda p: p[:, 0], np.ones((4, 3)), 5)
