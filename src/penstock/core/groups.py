"""A dataset with some of its inputs alone, for candidates that learn from a group of them."""

from __future__ import annotations

from dataclasses import replace

from penstock.core.contracts import Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError, did_you_mean


def narrowed(dataset: Dataset, group: str | None, key: str) -> Dataset:
    """`dataset` without the inputs that are not in `group`; as it is where none is named.

    Args:
        key: where in params.yaml the group is named.

    Raises:
        ParamsError: the project's features know no such group.
    """
    if group is None:
        return dataset
    signature = Signature.from_notes(dataset.notes["signature"])
    if group not in signature.groups:
        hint = did_you_mean(group, signature.groups)
        raise ParamsError([f"{key}: no group {group!r} among the project's inputs; {hint}"])
    kept = set(signature.groups[group])
    dropped = [name for name in signature.names if name not in kept]
    inputs = tuple(one for one in signature.inputs if one.name in kept)
    tables = {
        name: table.drop(columns=[one for one in dropped if one in table.columns])
        for name, table in dataset.tables.items()
    }
    notes = {**dataset.notes, "signature": Signature(inputs, signature.roles).to_notes()}
    return replace(dataset, tables=tables, notes=notes)
