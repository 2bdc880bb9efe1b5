"""How a run ended: what failed, the tail of its log, and the command that resumes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from penstock.engine.build import Build, Verdict
from penstock.engine.here import log_of
from penstock.engine.outcome import Outcome, Result


def print_end(
    build: Build,
    results: Mapping[str, Result],
    verdict: Verdict,
    targets: Sequence[str],
    console: Console,
) -> None:
    """One line where all is well; else a paragraph for each stage that failed."""
    if verdict.complete:
        console.print(verdict.message, highlight=False)
        return
    for address, result in results.items():
        if result.outcome is Outcome.FAILED:
            console.print(Text(f"\n{address} failed", "bold red"))
            for line in result.message.splitlines():
                console.print(Text(f"  {line}"), soft_wrap=True)
            console.print(Text(f"  the whole of its log: {log_of(address)}", "bright_black"))
    skipped = [name for name, one in results.items() if one.outcome is Outcome.NOT_READY]
    if skipped:
        console.print(f"\nnot run, since they need what failed: {', '.join(skipped)}")
    resume = shlex.join(["penstock", "run", *targets])
    console.print(f"\nwhat ended is kept; to resume:  {resume}", highlight=False)


def describe(build: Build, results: Mapping[str, Result], verdict: Verdict) -> dict[str, Any]:
    """The run as JSON holds it."""
    why = {one.address: one.why for one in build.plan}
    stages = [
        {
            "stage": address,
            "outcome": str(result.outcome),
            "seconds": round(result.seconds, 2),
            "why": why[address],
            "message": result.message,
            "log": str(log_of(address)),
        }
        for address, result in results.items()
    ]
    return {"complete": verdict.complete, "message": verdict.message, "stages": stages}
