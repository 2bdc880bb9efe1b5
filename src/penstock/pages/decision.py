"""A decision on champion and challenger: its page, the same as Markdown, and in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from penstock.pages.axes import linear, number
from penstock.pages.page import fill
from penstock.pages.svg import element, frame, text

TONES = {"promoted": "good", "refused": "bad", "waiting": "warn", "kept": ""}
VERDICTS = {"held": "good", "failed": "bad", "not judged": ""}
WIDTH, HEIGHT, EDGE = 880, 100, 24
MIDDLE, FLOOR = 40, 66
SHORT = 12  # digits of a key that are shown
Decision = Mapping[str, Any]


def decision_page(decision: Decision) -> str:
    """HTML, one self-contained file.

    Args:
        decision: what P/decisions/ID.json holds.
    """
    return fill(
        "decision.html",
        decision=decision,
        judged=decision["judged"],
        heading=_heading(decision),
        lead=_lead(decision),
        tone=TONES[decision["outcome"]],
        verdicts=VERDICTS,
        picture=_picture(decision) if decision["judged"] else "",
        bound=_bound(decision),
        number=number,
        signed=signed,
        model=model_of,
        span=span,
        seen=_seen,
    )


def decision_markdown(decision: Decision) -> str:
    """The same in Markdown, for the page of a flow run."""
    lines = [f"# {decision['project']} · {_heading(decision)}", "", _lead(decision), ""]
    judged = decision["judged"]
    if judged:
        lines += ["| | champion | challenger | difference [95 %] |", "|---|--:|--:|--:|"]
        for one in (judged["primary"], *judged["others"]):
            cells = [_figure(one["champion"]), _figure(one["challenger"]), _apart(one)]
            lines.append(f"| {one['label']} | " + " | ".join(cells) + " |")
        lines += ["", *[f"- {one['name']}: {one['verdict']}" for one in judged["guards"]]]
    waiting = [f"- waits: {model_of(one)}, {_opens(one)}" for one in decision["waiting"]]
    dropped = [f"- dropped: {model_of(one)}, {one['why']}" for one in decision["dropped"]]
    return "\n".join([*lines, *waiting, *dropped, ""])


def says_of(decision: Decision) -> str:
    """The decision in a line or two, for a terminal."""
    head = f"{decision['project']}: {decision['outcome']}"
    challenger = decision["challenger"]
    if challenger is None:
        return f"{head}: {decision['why']}."
    return f"{head}: {model_of(challenger)}: {decision['why']}.{_on(decision)}"


def model_of(named: Mapping[str, Any]) -> str:
    """A model as people name it: its candidate and the first digits of its key."""
    return f"{named['candidate']} {named['key'][:SHORT]}"


def signed(value: float) -> str:
    """A difference: `+0.031`, `−0.004`."""
    return f"{'−' if value < 0 else '+'}{number(abs(value))}"


def span(one: Mapping[str, Any]) -> str:
    """An interval: of a difference where there were two models, else of a figure."""
    if one["low"] is None:
        return "—"
    if one["champion"] is None:
        return f"{number(one['low'])} – {number(one['high'])}"
    return f"{signed(one['low'])} to {signed(one['high'])}"


def _heading(decision: Decision) -> str:
    challenger, outcome = decision["challenger"], decision["outcome"]
    if outcome == "kept" or challenger is None:
        return "The champion stays"
    verb = {"promoted": "promoted", "refused": "refused", "waiting": "has to wait"}[outcome]
    return f"{challenger['candidate']} {verb}"


def _lead(decision: Decision) -> str:
    why: str = decision["why"]
    return f"{why[:1].upper()}{why[1:]}.{_on(decision)}"


def _on(decision: Decision) -> str:
    judged, window = decision["judged"], decision["window"]
    if not judged:
        return ""
    return (
        f" Judged on {judged['rows']:,} rows of {judged['units']:,} {judged['unit']}s, "
        f"{window['from']} to {window['to']}."
    )


def _opens(waiting: Mapping[str, Any]) -> str:
    return f"can be judged from {waiting['opens']} on" if waiting["opens"] else waiting["problem"]


def _figure(value: float | None) -> str:
    return "–" if value is None else number(value)


def _apart(one: Mapping[str, Any]) -> str:
    if one["champion"] is None:
        return f"[{span(one)}]"
    return f"{signed(one['difference'])} [{span(one)}]"


def _seen(named: Mapping[str, Any]) -> str:
    """The moment without the fraction of a second."""
    return str(named["trained_through"] or "—").partition(".")[0].replace("T", " ")


def _bound(decision: Decision) -> tuple[str, float]:
    """What the interval must lie above, and what that is called."""
    name = "margin" if decision["champion"] else "floor"
    return name, float(decision["settings"][name])


def _picture(decision: Decision) -> Markup:
    """The interval of the primary metric on its scale, with the bound that it must clear."""
    primary = decision["judged"]["primary"]
    name, bound = _bound(decision)
    low, mean, high = primary["low"], primary["difference"], primary["high"]
    axis = linear([low, mean, high, bound], EDGE, WIDTH - EDGE, count=6)
    parts = []
    for value, label in axis.ticks:
        place = axis.place(value)
        parts.append(element("line", cls="grid", x1=place, x2=place, y1=14, y2=FLOOR))
        parts.append(text(label, place, FLOOR + 16, "tick middle"))
    edge = axis.place(bound)
    parts.append(element("line", cls="bound", x1=edge, x2=edge, y1=14, y2=FLOOR))
    parts.append(text(f"{name} {bound:g}", edge, 9, "label middle"))
    left, right = axis.place(low), axis.place(high)
    title = f"{primary['label']}: {number(mean)}, 95 % interval {span(primary)}"
    marks = [
        element("line", cls="whisker", x1=left, x2=right, y1=MIDDLE, y2=MIDDLE),
        element("line", cls="whisker", x1=left, x2=left, y1=MIDDLE - 8, y2=MIDDLE + 8),
        element("line", cls="whisker", x1=right, x2=right, y1=MIDDLE - 8, y2=MIDDLE + 8),
        element("circle", title, cls="mean", cx=axis.place(mean), cy=MIDDLE, r=7),
    ]
    parts.append(f'<g class="series">{"".join(marks)}</g>')
    what = "challenger − champion" if decision["champion"] else "the challenger's"
    parts.append(text(f"{primary['label']}, {what}", WIDTH - EDGE, HEIGHT, "label end"))
    return Markup(frame(title, WIDTH, HEIGHT + 14, "".join(parts)))  # noqa: S704
