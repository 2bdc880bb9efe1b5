"""What a whole run of the tests leaves behind for docs/curriculum.md; the hooks of conftest.py.

A test holds rows by `@pytest.mark.curriculum("N11", of="src/…", figure="digits/…")`, where `of` and
`figure` may be left out. Helpers that compare with a reference call `held`, so that the page says
which tolerance was held, by the check itself.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "curriculum"
ORDER = ("failed", "passed", "skipped")  # of outcomes with several parameters, the first counts
_held: dict[str, None] = {}


def held(reference: str, tolerance: float) -> None:
    """Note that what is tested equals the reference; 0 for every bit."""
    how = "exactly" if tolerance == 0 else f"to {tolerance:g}"
    _held[f"equal to {reference} {how}"] = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    _held.clear()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    rows = [
        {"row": row, "of": _several(mark.kwargs.get("of", ())), "figure": mark.kwargs.get("figure")}
        for mark in item.iter_markers(PROPERTY)
        for row in mark.args
    ]
    report = yield
    if rows:
        report.user_properties.append((PROPERTY, json.dumps({"rows": rows, "held": list(_held)})))
    return report


class Coverage:
    """Gathers what tests hold, over all workers, and writes it at the end of a whole run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[tuple[str, str], dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        test = report.nodeid.partition("[")[0]
        told = dict(report.user_properties).get(PROPERTY)
        for row in (notes := json.loads(str(told)))["rows"] if told else ():
            one = self.found.setdefault(
                (row["row"], test), {"test": test, "outcome": "skipped", "held": [], **row}
            )
            one["outcome"] = min(one["outcome"], report.outcome, key=ORDER.index)
            one["held"] = sorted({*one["held"], *notes["held"]})

    def pytest_sessionfinish(self) -> None:
        ran = [self.found[key] for key in sorted(self.found)]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(ran, indent=1))


def pytest_configure(config: pytest.Config) -> None:
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    chosen = config.option.keyword or config.option.markexpr
    if whole and not chosen and not hasattr(config, "workerinput"):
        path = config.rootpath / ".penstock" / "curriculum" / "last_run.json"
        config.pluginmanager.register(Coverage(path))


def _several(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
