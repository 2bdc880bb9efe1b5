"""A suite must be right before it may judge: names, kinds, arguments, actions."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import asdict
from types import ModuleType
from typing import Any

from penstock.core.contracts import Expectation
from penstock.core.errors import PenstockError, did_you_mean


class SuiteError(PenstockError):
    """An expectation in a project's suite.py can't be checked as it is written."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(
            f"expectation {name!r}: {problem}\n"
            "  fix: edit suite.py in the project's folder of src/penstock/projects, then: dvc repro"
        )


def great_expectations() -> ModuleType:
    """Great Expectations, imported on first use (3 s), without its telemetry and its chatter."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # Some of its loggers set their own level; so only warnings get out, by logging's last resort.
    logging.getLogger("great_expectations").propagate = False
    import great_expectations as gx

    return gx


def compile_suite(suite: Sequence[Expectation]) -> list[Any]:
    """Every expectation as an object of Great Expectations, its name in `meta`.

    Raises:
        SuiteError: two have one name, a kind or an argument is unknown, or rows are to be
            quarantined by an expectation that is about no single row.
    """
    seen: set[str] = set()
    for expectation in suite:
        if expectation.name in seen:
            raise SuiteError(expectation.name, "another one has that name already")
        seen.add(expectation.name)
    return [_compile(expectation) for expectation in suite]


def about_rows(expectation: Expectation) -> bool:
    """Whether it is kept or broken by single rows, so that rows can be named and taken out."""
    great_expectations()
    from great_expectations.expectations import expectation as kinds

    of_rows = (
        kinds.ColumnMapExpectation,
        kinds.ColumnPairMapExpectation,
        kinds.MulticolumnMapExpectation,
    )
    return issubclass(_kind(expectation), of_rows)


def as_plain(expectation: Expectation) -> dict[str, Any]:
    """The expectation in JSON's types, the same in every process."""
    plain = asdict(expectation)
    plain["arguments"] = {key: _plain(value) for key, value in expectation.arguments.items()}
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def _kind(expectation: Expectation) -> Any:
    great_expectations()
    from great_expectations import expectations as known

    found = getattr(known, expectation.kind, None)
    if found is None or not expectation.kind.startswith("Expect"):
        names = [name for name in dir(known) if name.startswith("Expect")]
        hint = did_you_mean(expectation.kind, names)
        raise SuiteError(
            expectation.name, f"Great Expectations has no {expectation.kind!r}; {hint}"
        )
    return found


def _compile(expectation: Expectation) -> Any:
    kind = _kind(expectation)
    if expectation.action == "quarantine" and not about_rows(expectation):
        problem = f"{expectation.kind} is about no single row, so there is nothing to quarantine"
        raise SuiteError(expectation.name, f"{problem}; say action='stop'")
    try:
        return kind(**expectation.arguments, meta={"name": expectation.name})
    except ValueError as error:
        problem = " ".join(str(error).split())
        raise SuiteError(expectation.name, f"arguments of {expectation.kind}: {problem}") from None
