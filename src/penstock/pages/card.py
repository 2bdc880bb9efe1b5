"""The model card of the leader: what it is for, on what it rests, where it fails.

Mitchell et al., Model Cards for Model Reporting, FAT* 2019. Every word is of a figure, a setting
or a file of this build; what isn't known is not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from penstock.core.contracts import Estimate
from penstock.pages.axes import number


@dataclass(frozen=True)
class Card:
    """(heading, text) in order, and the same as Markdown."""

    entries: tuple[tuple[str, str], ...]
    markdown: str


def model_card(
    name: str,
    project: str,
    split: str,
    found: Mapping[str, Estimate],
    labels: Mapping[str, str],
    told: Sequence[tuple[str, str]],
    facts: Sequence[tuple[str, str]],
) -> Card:
    """The card of candidate `name`.

    Args:
        found: its estimates on `split`, where it leads.
        labels: metric → its name.
        told: what the task says of it.
        facts: (label, value) of where the numbers come from, hashes among them.
    """
    figures = [
        f"{label} {number(one.mean)} [{number(one.low)} – {number(one.high)}]"
        for metric, label in labels.items()
        if (one := found.get(metric)) is not None
    ]
    unit = next(iter(found.values())).unit if found else ""
    basis = f" Split “{split}”, 95 % intervals by bootstrap over the unit “{unit}”."
    entries = [("Model", f"{name}, which leads project {project} on the split “{split}”.")]
    entries += told
    entries.append(("Metrics", "; ".join(figures) + "." + basis))
    entries.append(("Data", "; ".join(f"{label} {value}" for label, value in facts) + "."))
    lines = [f"# Model card: {project}, {name}", ""]
    for heading, text in entries:
        lines += [f"## {heading}", "", text, ""]
    return Card(tuple(entries), "\n".join(lines))
