"""From a score to a decision, as `evaluate` chose it for the candidate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from penstock.core.files import read_json
from penstock.serving.answers import Decision
from penstock.serving.contracts import Origin


class _When(NamedTuple):
    """The least worth that alerts; the worth is the score, unless alerting saves money."""

    threshold: float | None
    saves: Callable[[float, float], float] | None


class Alerts:
    """The decisions of one project; read once for each model.

    Args:
        amount: the column that costs are of; None where the table has none.
    """

    def __init__(self, root: Path, task: str, project: str, amount: str | None) -> None:
        self._root, self._task, self._project = root, task, project
        self.amount = amount
        self._known: dict[str, _When] = {}

    def of(
        self, origin: Origin, score: float, amount: float
    ) -> tuple[Decision | None, float | None]:
        """The decision, and the threshold it comes from; None where nobody decided."""
        when = self._known.get(origin.key)
        if when is None:
            when = self._known[origin.key] = self._read(origin)
        if when.threshold is None:
            return None, None
        worth = score if when.saves is None else when.saves(score, amount)
        return ("alert" if worth >= when.threshold else "pass"), when.threshold

    def _read(self, origin: Origin) -> _When:
        path = self._root / "reports" / self._project / "decisions.json"
        decision = read_json(path).get(origin.candidate) if path.is_file() else None
        if decision is None:
            return _When(None, None)
        threshold, rule = float(decision["threshold"]), decision["rule"]
        if not (rule and rule["costs"]):
            return _When(threshold, None)
        from penstock.effects.alerting import alerting  # money: it brings pandas

        saves = alerting(self._root, self._task, self._project, origin.candidate).saves
        return _When(threshold, lambda score, amount: saves(score, amount) or 0.0)
