"""The gate's page, and its findings in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.pages.page import fill

TONES = {"passed": "good", "quarantined": "warn", "stopped": "bad", "not checked": ""}
# Part of the name of what Great Expectations measures → what a person calls it.
MEASURES = {
    "ColumnMax": "the largest",
    "ColumnMin": "the smallest",
    "ColumnMean": "the mean",
    "ColumnMedian": "the median",
    "ColumnSum": "the sum of",
    "UniqueValueCount": "the number of different values in",
}


def gate_page(record: Mapping[str, Any]) -> str:
    """HTML, one self-contained file.

    Args:
        record: what gate.json holds.
    """
    expectations = record["expectations"]
    faults = [one for one in expectations if one["status"] in ("stopped", "quarantined")]
    worst = "bad" if record["verdict"] == "stopped" else "warn" if faults else "good"
    return fill(
        "gate.html",
        record=record,
        lead=lead_of(record),
        faults=sorted(faults, key=lambda one: one["status"] != "stopped"),
        tone=worst,
        tones=TONES,
        in_words=in_words,
        number=number,
        percent=percent,
        promise=promise,
        shown_values=shown_values,
    )


def shown_values(example: Mapping[str, Any]) -> dict[str, str]:
    """Values of an example as a person reads them; numbers without thousands apart, as in ids."""
    return {name: _cell(value) for name, value in example["values"].items()}


def _cell(value: Any) -> str:
    if value is None:
        return "missing"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def in_words(one: Mapping[str, Any]) -> str:
    """What was found, as a sentence without its full stop.

    Args:
        one: an entry of `expectations` in gate.json.
    """
    if one["status"] == "not checked":
        return f"not checked: {one['reason']}"
    if one["failing"]:
        unit = "columns" if one["table"] == "columns" else "rows"
        found = f"{one['failing']:,} of {one['rows']:,} {unit} ({percent(one['share'])})"
        if one["status"] == "stopped" and one["action"] == "quarantine":
            return f"{found}; quarantine takes at most {percent(one['max_share'])}"
        return found
    if one["observed"] is None and one["status"] == "stopped":
        return "there is nothing to measure"
    if one["observed"] is not None:
        return _observed(one)
    return "no row breaks it"


def _observed(one: Mapping[str, Any]) -> str:
    value, kind = number(one["observed"]), one["kind"]
    if "RowCount" in kind:
        return f"{value} rows"
    column = one["arguments"].get("column")
    for part, word in MEASURES.items():
        if column and part in kind:
            return f"{word} {column} is {value}"
    return f"found {value}"


def percent(share: float) -> str:
    """A share in per cent with three digits that count."""
    return f"{100 * share:.3g} %"


def number(value: Any) -> str:
    """A figure with thousands apart or six digits that count; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def promise(one: Mapping[str, Any]) -> str:
    """What happens to rows that break an expectation."""
    if one["action"] == "quarantine":
        return f"quarantine up to {percent(one['max_share'])}"
    return "stop"


def lead_of(record: Mapping[str, Any]) -> str:
    """The verdict in a sentence or two."""
    counts, rows = record["counts"], record["rows"]
    total = len(record["expectations"])
    if record["verdict"] == "stopped":
        unmet = counts["stopped"]
        said = (
            f"{unmet} of {total} expectations {'is' if unmet == 1 else 'are'} not met"
            if unmet
            else f"{counts['not_checked']} of {total} expectations could not be checked"
        )
        return f"{said}. Nothing below the gate runs on these data; nothing earlier is lost."
    taken = [
        f"{part['quarantined']:,} of {part['raw']:,} rows of {name}"
        for name, part in rows.items()
        if part["quarantined"]
    ]
    if not taken:
        return f"All {total} expectations are met. Every row is valid."
    return f"The data are good enough to use, less {' and '.join(taken)}, put in quarantine."
