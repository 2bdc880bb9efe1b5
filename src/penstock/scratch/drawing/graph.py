"""A graph of operations as DOT, for Graphviz, and as SVG by a layout of our own."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from penstock.scratch.autograd.tensor import Tensor
from penstock.scratch.errors import GraphError

WIDTH, HEIGHT, GAP_X, GAP_Y = 120, 34, 24, 40
STYLE = (
    "text{font:11px sans-serif;text-anchor:middle}rect{fill:#f4f6f8;stroke:#5b6b7b}"
    ".leaf rect{fill:#e3f0e6}.fixed rect{fill:#f3ead9}line{stroke:#5b6b7b}"
)


@dataclass(frozen=True)
class Drawn:
    """A tensor in a drawing.

    Attributes:
        label: its name or operation, and its shape.
        kind: leaf (gets a gradient), fixed (gets none) or result.
        depth: longest way to a leaf, 0 for leaves.
        parents: numbers of those it came from.
    """

    label: str
    kind: str
    depth: int
    parents: tuple[int, ...]


def to_dot(root: Tensor) -> str:
    """The graph that led to `root`, for `dot -Tsvg`; leaves are boxes.

    Raises:
        GraphError: there is none, or backward() has released it.
    """
    lines = ["digraph {", "  rankdir=BT; node [fontname=sans];"]
    for number, drawn in enumerate(_drawn(root)):
        shape = "ellipse" if drawn.kind == "result" else "box"
        label = drawn.label.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'  t{number} [label="{label}", shape={shape}];')
        lines += [f"  t{parent} -> t{number};" for parent in drawn.parents]
    return "\n".join([*lines, "}\n"])


def to_svg(root: Tensor) -> str:
    """The graph that led to `root`: leaves at the foot, each result above all it came from.

    Raises:
        GraphError: there is none, or backward() has released it.
    """
    nodes = _drawn(root)
    rows: dict[int, list[int]] = {}
    for number, drawn in enumerate(nodes):
        rows.setdefault(drawn.depth, []).append(number)
    widest, top = max(map(len, rows.values())), max(rows)
    width = widest * (WIDTH + GAP_X) + GAP_X
    place = {}
    for depth, row in rows.items():
        left = (width - len(row) * (WIDTH + GAP_X) + GAP_X) / 2
        for column, number in enumerate(row):
            place[number] = (
                left + column * (WIDTH + GAP_X),
                GAP_X + (top - depth) * (HEIGHT + GAP_Y),
            )
    lines, boxes = [], []
    for number, drawn in enumerate(nodes):
        x, y = place[number]
        for parent in drawn.parents:
            px, py = place[parent]
            foot, head = f'x1="{px + WIDTH / 2:g}" y1="{py:g}"', f'y2="{y + HEIGHT:g}"'
            lines.append(f'<line {foot} x2="{x + WIDTH / 2:g}" {head}/>')
        boxes.append(
            f'<g class="{drawn.kind}"><rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" '
            f'rx="4"/><text x="{x + WIDTH / 2:g}" y="{y + 21:g}">{escape(drawn.label)}</text></g>'
        )
    height = (top + 1) * (HEIGHT + GAP_Y) - GAP_Y + 2 * GAP_X
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<style>{STYLE}</style>{''.join(lines)}{''.join(boxes)}</svg>\n"
    )


def _drawn(root: Tensor) -> list[Drawn]:
    """All tensors that led to `root`, parents before children."""
    if root.spent:
        raise GraphError("the graph was released", "draw it before backward(), or keep=True")
    if not root.parents:
        raise GraphError("no operation led to this tensor", "compute it outside no_grad()")
    numbers: dict[int, int] = {}
    drawn: list[Drawn] = []
    stack = [(root, False)]
    while stack:
        tensor, expanded = stack.pop()
        if id(tensor) in numbers:
            continue
        if not expanded:
            stack.append((tensor, True))
            stack += [(parent, False) for parent in reversed(tensor.parents)]
            continue
        parents = tuple(numbers[id(parent)] for parent in tensor.parents)
        depth = 1 + max((drawn[parent].depth for parent in parents), default=-1)
        kind = "result" if parents else "leaf" if tensor.requires_grad else "fixed"
        name = tensor.name or tensor.op or ("leaf" if tensor.requires_grad else "constant")
        numbers[id(tensor)] = len(drawn)
        drawn.append(Drawn(f"{name} {tensor.shape}", kind, depth, parents))
    return drawn
