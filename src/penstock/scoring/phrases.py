"""What inputs say in words: a template each, in groups of inputs that say much the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from penstock.core.contracts import Array
from penstock.core.errors import PenstockError
from penstock.scoring.currency import Currency
from penstock.scoring.template import Template

MISSING = "{name} not known"


class PhraseError(PenstockError):
    """A phrasebook says what no row can fill in."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"phrases: {problem}\n  fix: mend the project's reasons.py")


@dataclass(frozen=True)
class Phrase:
    """What one input says of a row.

    Attributes:
        says: a template. `{NAME:FORMAT}` is the value of that input, see `template.said`.
        at: what is said instead at certain values: of a flag, or of what stands for “none”.
        missing: what is said of NaN, and of a value that stands for “there was none”.
    """

    input: str
    says: str
    at: Mapping[float, str] = field(default_factory=dict)
    missing: str = ""

    def fill(self, values: Mapping[str, float], currency: Currency) -> str:
        """The words for a row; `values` holds the input."""
        value = float(values[self.input])
        if math.isnan(value):
            return self.missing or MISSING.format(name=self.input.replace("_", " "))
        return self._at.get(value, self._says).fill(values, currency)

    def names(self) -> frozenset[str]:
        """The inputs that its templates name, and its own."""
        return self._says.names.union({self.input}, *(one.names for one in self._at.values()))

    @cached_property
    def _says(self) -> Template:
        return Template(self.says)

    @cached_property
    def _at(self) -> dict[float, Template]:
        return {value: Template(says) for value, says in self.at.items()}


@dataclass(frozen=True)
class Group:
    """Inputs that say much the same, so that one reason is given once."""

    name: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Phrasebook:
    """All that a project says of its inputs; raises PhraseError where an input is said twice."""

    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        said = Counter(phrase.input for group in self.groups for phrase in group.phrases)
        twice = sorted(name for name, times in said.items() if times > 1)
        if twice:
            raise PhraseError(f"input {twice[0]!r} has more than one phrase")

    def grouped(self, inputs: Sequence[str]) -> Grouped:
        """The inputs of a model by their groups; asked for once, it is known."""
        key = tuple(inputs)
        if key not in self._known:
            self._known[key] = Grouped.of(self, key)
        return self._known[key]

    def names(self) -> set[str]:
        """Every input that a phrase names."""
        return {name for one in self.groups for phrase in one.phrases for name in phrase.names()}

    def group_of(self, name: str) -> tuple[str, Phrase]:
        """The group and the phrase of an input; one that nobody wrote of speaks for itself."""
        if name not in self._by_input:
            phrase = Phrase(name, f"{name.replace('_', ' ')} {{{name}:.4g}}")
            self._by_input[name] = (name, phrase)
        return self._by_input[name]

    @cached_property
    def _by_input(self) -> dict[str, tuple[str, Phrase]]:
        return {
            phrase.input: (group.name, phrase) for group in self.groups for phrase in group.phrases
        }

    @cached_property
    def _known(self) -> dict[tuple[str, ...], Grouped]:
        return {}


@dataclass(frozen=True)
class Grouped:
    """The inputs of a model by the groups of a book.

    Attributes:
        names: of the groups, sorted.
        phrases: of each group: the places of its inputs, and what they say.
        order, starts: the places of all inputs, group by group, and where each group begins.
    """

    names: tuple[str, ...]
    phrases: tuple[tuple[tuple[int, Phrase], ...], ...]
    order: Array
    starts: Array

    @classmethod
    def of(cls, book: Phrasebook, inputs: Sequence[str]) -> Grouped:
        """Each input stands where it stands among `inputs`."""
        found: dict[str, list[tuple[int, Phrase]]] = {}
        for place, name in enumerate(inputs):
            group, phrase = book.group_of(name)
            found.setdefault(group, []).append((place, phrase))
        names = tuple(sorted(found))
        phrases = tuple(tuple(found[name]) for name in names)
        order = np.array([place for one in phrases for place, _ in one], np.intp)
        counts = [len(one) for one in phrases]
        return cls(names, phrases, order, np.cumsum([0, *counts[:-1]], dtype=np.intp))

    def sums(self, contributions: Array) -> Array:
        """Float64 [groups]: what the inputs of each add together."""
        found: Array = np.add.reduceat(contributions[self.order], self.starts)
        return found

    def speaker(self, group: int, contributions: Array, *, raises: bool) -> Phrase:
        """What the input of a group says that adds most, or takes most away."""
        phrases = self.phrases[group]
        if len(phrases) == 1:
            return phrases[0][1]
        strongest = max if raises else min
        return strongest(phrases, key=lambda one: (contributions[one[0]], one[1].input))[1]
