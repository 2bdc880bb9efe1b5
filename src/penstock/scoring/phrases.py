"""What inputs say in words: a template each, in groups of inputs that say much the same."""

from __future__ import annotations

import math
import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from penstock.core.errors import PenstockError
from penstock.scoring.currency import Currency

MISSING = "{name} not known"


class PhraseError(PenstockError):
    """A phrasebook says what no row can fill in."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"phrases: {problem}\n  fix: mend the project's reasons.py")


@dataclass(frozen=True)
class Phrase:
    """What one input says of a row.

    Attributes:
        says: a template. `{NAME:FORMAT}` is the value of that input: `times` (5.2 times), `money`,
            `share` (12 %), `days`, `day|days` and the like (1 day, 3 days, no days), or any format
            of Python's.
        at: what is said instead at certain values: of a flag, or of what stands for “none”.
        missing: what is said of NaN, and of a value that stands for “there was none”.
    """

    input: str
    says: str
    at: Mapping[float, str] = field(default_factory=dict)
    missing: str = ""

    def fill(self, values: Mapping[str, float], currency: Currency) -> str:
        """The words for a row; `values` holds every input that the template names."""
        value = float(values[self.input])
        if math.isnan(value):
            return self.missing or MISSING.format(name=self.input.replace("_", " "))
        template = self.at.get(value, self.says)
        return template.format_map({name: Said(one, currency) for name, one in values.items()})

    def names(self) -> frozenset[str]:
        """The inputs that its templates name, and its own."""
        return self._names

    @cached_property
    def _names(self) -> frozenset[str]:
        named = {self.input}
        for template in (self.says, *self.at.values()):
            named |= {name for _, name, _, _ in string.Formatter().parse(template) if name}
        return frozenset(named)


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


class Said(float):
    """A value that templates write as people would."""

    def __new__(cls, value: float, currency: Currency) -> Said:
        said = super().__new__(cls, value)
        said.currency = currency
        return said

    currency: Currency

    def __format__(self, spec: str) -> str:
        if not math.isfinite(self):
            return "unknown"
        if spec == "times":
            return f"{float(self):,.{1 if self < 9.95 else 0}f} times"
        if spec == "money":
            return self.currency.say(float(self))
        if spec == "share":
            decimals = 1 if 0 < self < 0.01 else 0
            return f"{float(self):.{decimals}%}".replace("%", " %")
        if spec == "days":
            return "less than a day" if self < 1 else _counted(math.floor(self), "day", "days")
        one, plural, many = spec.partition("|")
        return _counted(round(self), one, many) if plural else format(float(self), spec)


def _counted(number: int, one: str, many: str) -> str:
    """`no frauds`, `1 fraud`, `3 frauds`."""
    return f"1 {one}" if number == 1 else f"{number:,} {many}" if number else f"no {many}"
