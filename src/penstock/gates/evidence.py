"""What the gate keeps outside the graph's outs: DVC deletes those of a stage that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from penstock.core.contracts import Expectation
from penstock.core.dataset import write_table
from penstock.core.files import atomic_folder, sha256_of_json, write_json, write_text
from penstock.gates.judge import Judgement
from penstock.gates.suite import as_plain


def evidence_folder(
    project: str, raw_files: Mapping[str, str], suite: Sequence[Expectation]
) -> Path:
    """`.penstock/gate/P/HASH`, from the checkout's root: one for each data and suite."""
    asked = {"raw": dict(raw_files), "suite": [as_plain(expectation) for expectation in suite]}
    return Path(".penstock", "gate", project, sha256_of_json(asked)[:16])


def keep(folder: Path, record: Mapping[str, Any], page: str, judgement: Judgement) -> None:
    """Write gate.json, gate.html and, for each table, `rows-TABLE.parquet`: its broken rows."""
    with atomic_folder(folder) as part:
        write_json(part / "gate.json", dict(record))
        write_text(part / "gate.html", page)
        for name, table in judgement.tables.items():
            rows = broken_rows(name, table, judgement)
            if len(rows):
                write_table(rows, part / f"rows-{name}.parquet")


def broken_rows(name: str, table: pd.DataFrame, judgement: Judgement) -> pd.DataFrame:
    """Rows of `table` that break an expectation, as inspected.

    Returns:
        The table's columns, after `gate_row` (the row's number, from 0) and `gate_failed` (the
        names of what it breaks).
    """
    failed = np.full(len(table), "", dtype=object)
    for finding in judgement.findings:
        if finding.expectation.table == name and len(finding.rows):
            found = failed[finding.rows]
            failed[finding.rows] = (
                np.where(found == "", "", found + ", ") + finding.expectation.name
            )
    numbers = np.flatnonzero(failed != "")
    rows = table.iloc[numbers].reset_index(drop=True)
    rows.insert(0, "gate_row", numbers)
    rows.insert(1, "gate_failed", failed[numbers])
    return rows
