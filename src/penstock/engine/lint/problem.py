"""What a rule found, and what to type."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in the graph.

    Attributes:
        rule: the rule's name, as docs list it.
        place: a stage, a file, or a key of params.yaml.
        says: what is wrong.
        fix: what to type or edit.
    """

    rule: str
    place: str
    says: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}  [{self.rule}]\n  fix: {self.fix}"

    def to_dict(self) -> dict[str, str]:
        return asdict(self)
