"""Hold tables against expectations; Great Expectations looks, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Expectation
from penstock.core.errors import did_you_mean
from penstock.gates.finding import Finding, Status, plain
from penstock.gates.suite import about_rows, compile_suite, great_expectations

EXAMPLES = 5


def examine(
    suite: Sequence[Expectation],
    tables: Mapping[str, pd.DataFrame],
    show: Sequence[str] = (),
) -> list[Finding]:
    """Check `suite` on `tables`; an expectation that can't be checked blows nothing up.

    Args:
        suite: at most one finding comes of each, in their order.
        tables: what the expectations look at, by the name in `Expectation.table`.
        show: columns that examples show before those of the expectation (ids, times).

    Raises:
        SuiteError: an expectation is written wrong.
    """
    compiled = dict(zip([one.name for one in suite], compile_suite(suite), strict=True))
    results: dict[str, Any] = {}
    look = _looker()
    for name in dict.fromkeys(one.table for one in suite):
        if name in tables:
            of_table = [compiled[one.name] for one in suite if one.table == name]
            results |= look(of_table, tables[name])
    return [_finding(one, tables, results, show) for one in suite]


def not_checked(suite: Sequence[Expectation], reason: str) -> list[Finding]:
    """A finding for each of them that says why nothing was found."""
    return [Finding(one, "not checked", reason=reason) for one in suite]


def _looker() -> Callable[[list[Any], pd.DataFrame], dict[str, Any]]:
    """What validates a table and gives results by name of expectation; makes no file."""
    gx = great_expectations()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("table")
    whole = asset.add_batch_definition_whole_dataframe("whole")

    def look(expectations: list[Any], table: pd.DataFrame) -> dict[str, Any]:
        # Broken rows are told by index, so it has to count from 0.
        batch = whole.get_batch(batch_parameters={"dataframe": table.reset_index(drop=True)})
        outcome = batch.validate(
            gx.ExpectationSuite(name="suite", expectations=expectations),
            # COMPLETE names every broken row; the query would be a string as long as the list.
            result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
        )
        # Those that raised come first, so the order of the suite is lost.
        return {one.expectation_config.meta["name"]: one for one in outcome.results}

    return look


def _finding(
    expectation: Expectation,
    tables: Mapping[str, pd.DataFrame],
    results: Mapping[str, Any],
    show: Sequence[str],
) -> Finding:
    table = tables.get(expectation.table)
    if table is None:
        hint = did_you_mean(expectation.table, tables)
        return Finding(expectation, "not checked", reason=f"no table {expectation.table!r}; {hint}")
    lacking = [name for name in columns_of(expectation) if name not in table.columns]
    if lacking:
        hint = did_you_mean(lacking[0], map(str, table.columns))
        reason = f"no column {lacking[0]!r} in {expectation.table}; {hint}"
        return Finding(expectation, "not checked", len(table), reason=reason)
    result = results[expectation.name]
    trouble = _trouble(result.exception_info)
    if trouble:
        return Finding(expectation, "not checked", len(table), reason=trouble)
    if not about_rows(expectation):
        status: Status = "passed" if result.success else "stopped"
        observed = plain(result.result.get("observed_value"))
        return Finding(expectation, status, len(table), observed=observed)
    rows = np.sort(np.asarray(result.result["unexpected_index_list"], np.int64))
    status = _status(expectation, len(rows), len(table))
    return Finding(
        expectation, status, len(table), rows, None, _examples(expectation, table, rows, show)
    )


def columns_of(expectation: Expectation) -> list[str]:
    """Columns that the arguments name, without repeats."""
    arguments = expectation.arguments
    named = [arguments[key] for key in ("column", "column_A", "column_B") if key in arguments]
    return list(dict.fromkeys([*named, *arguments.get("column_list", ())]))


def _status(expectation: Expectation, broken: int, total: int) -> Status:
    if not broken:
        return "passed"
    bearable = expectation.action == "quarantine" and broken <= expectation.max_share * total
    return "quarantined" if bearable else "stopped"


def _trouble(info: Mapping[str, Any]) -> str:
    """The first exception that a check met, if any; flat for one, nested by metric for more."""
    details = [info] if "raised_exception" in info else list(info.values())
    for detail in details:
        if detail["raised_exception"]:
            return " ".join(str(detail["exception_message"]).split())[:200]
    return ""


def _examples(
    expectation: Expectation, table: pd.DataFrame, rows: Array, show: Sequence[str]
) -> tuple[dict[str, Any], ...]:
    named = dict.fromkeys([*show, *columns_of(expectation)])
    columns = [name for name in named if name in table.columns]
    return tuple(
        {"row": int(row), "values": {name: plain(table[name].iloc[row]) for name in columns}}
        for row in rows[:EXAMPLES]
    )
