"""What a candidate's scores hang on, as a chart of its own."""

from __future__ import annotations

from collections.abc import Mapping

from penstock.core.contracts import Chart

MOST = 12


def importance_charts(importances: Mapping[str, Mapping[str, float]]) -> list[Chart]:
    """A bar chart per candidate that tells importances, its `MOST` largest ones first."""
    return [_chart(name, found) for name, found in importances.items() if found]


def _chart(candidate: str, found: Mapping[str, float]) -> Chart:
    ranked = sorted(found, key=lambda feature: (-abs(found[feature]), feature))
    shown = ranked[:MOST]
    rest = len(ranked) - len(shown)
    return Chart(
        name=f"importances_{candidate}",
        title=candidate,
        x_label="feature",
        y_label="importance",
        series={candidate: (shown, [found[feature] for feature in shown])},
        kind="bar",
        caption=f"{rest} more {'is' if rest == 1 else 'are'} smaller." if rest else "",
    )
