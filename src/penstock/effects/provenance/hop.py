"""One step back: a thing, whether it is still what was recorded, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from penstock.effects.champions.version import State


@dataclass(frozen=True)
class File:
    """A file of a hop, the sha256 that was recorded, and whether it still has it."""

    sha256: str
    state: State


@dataclass(frozen=True)
class Hop:
    """One thing in the chain.

    Attributes:
        what: prediction, champion, candidate, ensemble, model, training, features, raw data,
            source or revision.
        name: where it lies, or what it is called.
        state: whether what lies there is what was recorded; None where there is nothing to compare.
        says: what a person wants to know of it, in a few words.
        facts: plain JSON.
        files: those it consists of, where their hashes were recorded one by one.
        made_from: the next hops.
    """

    what: str
    name: str
    state: State | None
    says: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)
    made_from: tuple[Hop, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As nested plain JSON."""
        return {
            "what": self.what,
            "name": self.name,
            "state": self.state,
            "facts": dict(self.facts),
            "files": {n: {"sha256": f.sha256, "state": f.state} for n, f in self.files.items()},
            "made_from": [hop.to_dict() for hop in self.made_from],
        }

    def walk(self) -> Iterator[Hop]:
        """This hop and all below it, each before what it was made from."""
        yield self
        for hop in self.made_from:
            yield from hop.walk()


def compare(expected: str, found: str | None) -> State:
    """Of two hashes."""
    if not found:
        return "gone"
    return "ok" if found == expected else "other"


def worst(states: Iterable[State]) -> State:
    """That of a thing with parts in `states`; "gone" where it has none."""
    found = set(states)
    return "gone" if "gone" in found or not found else "other" if "other" in found else "ok"
