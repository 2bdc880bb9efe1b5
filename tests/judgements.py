"""What a test reads off a judgement of the gate."""

from __future__ import annotations

from penstock.gates.judge import Judgement


def broken(judgement: Judgement) -> dict[str, tuple[str, list[int]]]:
    """{expectation: (status, rows)} of all that is not met."""
    return {
        f.expectation.name: (f.status, f.rows.tolist())
        for f in judgement.findings
        if f.status != "passed"
    }
