from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from penstock.scratch.autograd.mode import no_grad
from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.drawing.graph import to_dot, to_svg
from penstock.scratch.errors import GraphError
from penstock.scratch.nn.activations import relu
from penstock.scratch.nn.linear import linear

SVG = "{http://www.w3.org/2000/svg}"


def unit() -> Tensor:
    x = Tensor(np.ones((2, 3)), name='x <"in">')
    w = Tensor(np.ones((1, 3)), requires_grad=True, name="w")
    h = relu(linear(x, w))
    return (h * h).sum()


@pytest.mark.curriculum("N06")
def test_the_graph_is_dot_with_every_tensor_once_and_every_edge() -> None:
    dot = to_dot(unit())
    nodes = dict(re.findall(r'  (t\d+) \[label="(.*) \(', dot))
    edges = [(nodes[a], nodes[b]) for a, b in re.findall(r"(t\d+) -> (t\d+);", dot)]
    assert edges == [
        (r"x <\"in\">", "linear"), ("w", "linear"), ("linear", "relu"),
        ("relu", "multiply"), ("relu", "multiply"), ("multiply", "sum"),
    ]  # fmt: skip
    assert dot.startswith("digraph {") and dot.endswith("}\n")


@pytest.mark.curriculum("N06")
def test_the_drawing_is_well_formed_and_puts_results_above_their_parents() -> None:
    svg = ElementTree.fromstring(to_svg(unit()))
    boxes = svg.findall(f"{SVG}g")
    place = {}
    for box in boxes:
        rect, words = box.find(f"{SVG}rect"), box.find(f"{SVG}text")
        assert rect is not None and words is not None and words.text
        place[words.text.rsplit(" (", 1)[0].split(" (")[0]] = (
            float(rect.get("y", "")), box.get("class"),
        )  # fmt: skip
    heights = [place[name][0] for name in ("w", "linear", "relu", "multiply", "sum")]
    assert heights == sorted(heights, reverse=True) and len(set(heights)) == 5
    assert place["w"][1] == "leaf" and place['x <"in">'][1] == "fixed"
    assert len(svg.findall(f"{SVG}line")) == 6


def test_a_graph_that_is_gone_or_never_was_is_refused() -> None:
    loss = unit()
    loss.backward()
    with pytest.raises(GraphError, match="released"):
        to_dot(loss)
    with no_grad(), pytest.raises(GraphError, match="no operation led"):
        to_svg(unit())
