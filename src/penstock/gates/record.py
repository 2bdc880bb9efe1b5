"""The gate's result as JSON: the same data and suite give the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from penstock.gates.finding import Finding
from penstock.gates.judge import Judgement
from penstock.gates.suite import as_plain


def record_of(
    project: str, judgement: Judgement, raw_files: Mapping[str, str], evidence: str
) -> dict[str, Any]:
    """What gate.json holds.

    Args:
        raw_files: sha256 of each file of the raw dataset.
        evidence: the folder that keeps the broken rows, from the checkout's root; null in the
            record where every expectation passed.
    """
    statuses = Counter(finding.status for finding in judgement.findings)
    return {
        "project": project,
        "verdict": judgement.verdict,
        "counts": {
            status.replace(" ", "_"): statuses[status]
            for status in ("passed", "quarantined", "stopped", "not checked")
        },
        "rows": _rows(judgement),
        "expectations": [_finding(finding) for finding in judgement.findings],
        "raw": dict(raw_files),
        "evidence": evidence if len(judgement.of("passed")) < len(judgement.findings) else None,
    }


def counts_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The little of a record that travels down the graph in the notes of the valid dataset."""
    return {key: record[key] for key in ("verdict", "counts", "rows")}


def _rows(judgement: Judgement) -> dict[str, dict[str, int | None]]:
    """By part: rows of raw, of them quarantined, and valid (null where the gate stops)."""
    valid = judgement.valid.rows() if judgement.valid is not None else {}
    return {
        name: {
            "raw": raw,
            "quarantined": int(judgement.masks[name].sum()) if name in judgement.masks else 0,
            "valid": valid.get(name),
        }
        for name, raw in judgement.raw.rows().items()
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **as_plain(finding.expectation),
        "status": finding.status,
        "rows": finding.total,
        "failing": len(finding.rows),
        "share": finding.share,
        "observed": finding.observed,
        "examples": list(finding.examples),
        "reason": finding.reason,
    }
