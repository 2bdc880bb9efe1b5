"""Logs that can't answer the question."""

from __future__ import annotations

from penstock.core.errors import PenstockError


class UnfitLog(PenstockError):
    """A log or a policy holds values that can't be."""

    def __init__(self, what: str, expected: str, found: str, fix: str) -> None:
        super().__init__(f"{what}: expected {expected}, found {found}\n  fix: {fix}")


class NoOverlap(PenstockError):
    """The new policy wants what the logging policy never chose: the log can't tell its worth."""

    def __init__(self, wanted: float, actions: list[int], how: str) -> None:
        some = ", ".join(map(str, actions[:5])) + (" …" if len(actions) > 5 else "")
        named = f" (actions {some})" if actions else ""
        super().__init__(
            f"{wanted:.1%} of what the new policy would do {how}{named}\n"
            "  fix: log with some chance for these actions, or ask of a policy that leaves them "
            "out"
        )
