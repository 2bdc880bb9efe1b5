"""The one screen a person reads when the gate stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock.core.errors import PenstockError
from penstock.pages.gate import in_words, shown_values

WIDTH = 100
SHOWN = 3
EXAMPLES = 3


class GateStopped(PenstockError):
    """The raw data of a project break what its suite asks for; nothing below runs."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record
        super().__init__("\n".join(_lines(record)))


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    project, counts = record["project"], record["counts"]
    stopped = [one for one in record["expectations"] if one["status"] == "stopped"]
    skipped = [one for one in record["expectations"] if one["status"] == "not checked"]
    total = len(record["expectations"])
    yield f"the gate of project {project!r} stopped: {_kept(len(stopped), total)}"
    shown = (stopped or skipped)[:SHOWN]
    for one in shown:
        yield from (line[:WIDTH] for line in _expectation(one))
    more = len(stopped or skipped) - len(shown)
    if more:
        yield f"  and {more} more, see the page"
    if stopped and skipped:
        yield f"  not checked: {counts['not_checked']}; {skipped[0]['reason']}"
    rows = ", rows-*.parquet" if any(one["failing"] for one in record["expectations"]) else ""
    yield f"  evidence: {record['evidence']}/ (gate.html, gate.json{rows})"
    yield f"  nothing below runs, the last valid data are kept: dvc checkout validate@{project}"
    yield f"  fix: mend the data, then: penstock refresh {project} && dvc repro"
    yield f"  if the data are right: src/penstock/projects/{project}/suite.py, then: dvc repro"


def _kept(stopped: int, total: int) -> str:
    if not stopped:
        return "not every expectation could be checked"
    return f"{stopped} of {total} expectations {'is' if stopped == 1 else 'are'} not met"


def _expectation(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {one['name']} ({one['table']}): {one['says']}"
    yield f"    {in_words(one)}"
    for example in one["examples"][:EXAMPLES]:
        values = "  ".join(f"{name}={value}" for name, value in shown_values(example).items())
        yield f"      row {example['row']}: {values}"
