"""What a page of the lab is made of, and which there are."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from penstock.core.contracts import Chart
from penstock.core.errors import UnknownName
from penstock.pages.lab.plane import Plane
from penstock.pages.pictures import Sheet

Figure = Chart | Plane | Sheet
PACKAGE = "penstock.pages.lab.topics"


@dataclass(frozen=True)
class Topic:
    """One page; its module in `topics` has it as `TOPIC`, and the module's name is the topic's.

    Attributes:
        idea: what it is about, in a sentence or two.
        formulas: (formula, what it says).
        figures: draws them, the same each time.
        rows: of docs/curriculum.yaml, whose tests hold what is drawn.
        used: (where, how) a pipeline uses it.
        questions: what the page leaves open.
    """

    title: str
    idea: str
    formulas: Sequence[tuple[str, str]]
    figures: Callable[[], Sequence[Figure]]
    rows: tuple[str, ...]
    used: Sequence[tuple[str, str]]
    questions: Sequence[str]


def over(x: Any, ys: Mapping[str, Any]) -> dict[str, tuple[list[float], list[float]]]:
    """A chart's series over a common x, whatever arrays they come in."""
    places = [float(one) for one in x]
    return {name: (places, [float(one) for one in y]) for name, y in ys.items()}


def topics() -> list[str]:
    """The names of all topics, in alphabetical order."""
    package = import_module(PACKAGE)
    return sorted(found.name.replace("_", "-") for found in pkgutil.iter_modules(package.__path__))


def topic_of(name: str) -> Topic:
    """The topic of that name; raises UnknownName."""
    if name not in topics():
        raise UnknownName("topic", name, topics(), "the lab")
    found: Topic = import_module(f"{PACKAGE}.{name.replace('-', '_')}").TOPIC
    return found
