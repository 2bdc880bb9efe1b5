"""From a dataset and a suite to a verdict and what is valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from penstock.core.contracts import Array, Expectation, Schema
from penstock.core.dataset import Dataset
from penstock.gates.examine import examine, not_checked
from penstock.gates.finding import Finding, Status
from penstock.gates.quarantine import masks_of, without
from penstock.gates.raw import settled
from penstock.gates.schema import COLUMNS, columns_table, schema_expectations

Inspect = Callable[[Dataset], dict[str, pd.DataFrame]]


@dataclass(frozen=True)
class Judgement:
    """What the gate says of a dataset.

    Attributes:
        findings: one of each expectation, in the suite's order, those about the schema first.
        tables: what was looked at.
        masks: by part of the dataset, a bool [rows], True where a row is quarantined.
        valid: the dataset less those rows, with the tables for audit; None where the gate stops.
    """

    raw: Dataset
    findings: Sequence[Finding]
    tables: Mapping[str, pd.DataFrame]
    masks: Mapping[str, Array]
    valid: Dataset | None

    @property
    def verdict(self) -> Literal["passed", "stopped"]:
        return "stopped" if self.valid is None else "passed"

    def of(self, *statuses: Status) -> list[Finding]:
        """The findings that have one of `statuses`."""
        return [finding for finding in self.findings if finding.status in statuses]


def whole_suite(schema: Schema, suite: Sequence[Expectation]) -> list[Expectation]:
    """The project's expectations, after those that its schema asks for."""
    return [*([] if schema.declares_nothing else schema_expectations()), *suite]


def judge(
    dataset: Dataset, schema: Schema, suite: Sequence[Expectation], inspect: Inspect
) -> Judgement:
    """Check the schema, then the suite on what `inspect` shows of `dataset`.

    A wrong schema stops by itself: `inspect` is not called, the suite is not checked. So does
    an expectation that could not be checked: what nobody looked at is not valid. Tables for audit
    are not looked at, and pass as they are.

    Raises:
        SuiteError: an expectation is written wrong.
        QuarantineError: rows can't be told to be those of a part of `dataset`.
    """
    tables = {name: table for name, table in dataset.tables.items() if name not in schema.audit}
    seen = Dataset(tables, dataset.tensors, dataset.environment, dataset.notes)
    shown = {} if schema.declares_nothing else {COLUMNS: columns_table(schema, seen)}
    findings = examine(whole_suite(schema, []), shown, show=["table", "column", "found"])
    if any(finding.status != "passed" for finding in findings):
        findings += not_checked(suite, "the schema is wrong, so this was not looked at")
        return Judgement(seen, findings, shown, {}, None)
    inspected = inspect(seen)
    findings += examine(suite, inspected, _telling_columns(schema))
    masks = masks_of(seen, _broken(findings, inspected))
    stops = any(finding.status in ("stopped", "not checked") for finding in findings)
    valid = None if stops else settled(without(seen, masks), schema)
    if valid is not None:
        audit = {name: table for name, table in dataset.tables.items() if name in schema.audit}
        valid = replace(valid, tables={**valid.tables, **audit})
    return Judgement(seen, findings, shown | inspected, masks, valid)


def _telling_columns(schema: Schema) -> list[str]:
    """Columns by which a person finds a row again: ids and times."""
    columns = [column for table in schema.tables.values() for column in table]
    return list(dict.fromkeys(c.name for c in columns if c.role in ("id", "time")))


def _broken(findings: Sequence[Finding], tables: Mapping[str, pd.DataFrame]) -> dict[str, Array]:
    """By inspected table a bool [rows]: rows that an expectation which quarantines found."""
    masks: dict[str, Array] = {}
    for finding in findings:
        if finding.status == "quarantined":
            name = finding.expectation.table
            mask = masks.setdefault(name, np.zeros(len(tables[name]), bool))
            mask[finding.rows] = True
    return masks
