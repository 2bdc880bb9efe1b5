"""Take rows out of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.core.errors import PenstockError, did_you_mean


class QuarantineError(PenstockError):
    """It can't be told which parts of the dataset the rows of an inspected table are."""

    def __init__(self, name: str, length: int, problem: str) -> None:
        super().__init__(
            f"quarantine in {name!r} ({length} rows): {problem}\n"
            "  fix: in the project's suite.py, let inspect() name it after the table whose rows "
            "it shows, row for row; or say action='stop'"
        )


def parts_of(dataset: Dataset, name: str, length: int) -> list[str]:
    """The parts that lose a row when the inspected table `name` of `length` rows does.

    The table of that name, with the tensors of its length; where there is no such table, every
    part of that length: an image and its label lie in two tensors and leave together.

    Raises:
        QuarantineError: no part has that length, or a tensor could belong to two tables.
    """
    tables = [part for part, table in dataset.tables.items() if len(table) == length]
    tensors = [part for part, tensor in dataset.tensors.items() if len(tensor) == length]
    if name in dataset.tables:
        if name not in tables:
            found = len(dataset.tables[name])
            raise QuarantineError(name, length, f"the table of that name has {found} rows")
        if not tensors:
            return [name]
    if not tables and not tensors:
        hint = did_you_mean(name, dataset.rows())
        raise QuarantineError(name, length, f"no part of the dataset is that long; {hint}")
    if len(tables) > 1:
        both = " and ".join(repr(part) for part in sorted(tables))
        raise QuarantineError(name, length, f"{both} are both that long")
    return sorted([*tables, *tensors])


def masks_of(dataset: Dataset, broken: Mapping[str, Array]) -> dict[str, Array]:
    """The same masks by part of the dataset, for the parts that lose any row.

    Args:
        broken: by inspected table a bool [rows], True for a row that goes.
    """
    masks: dict[str, Array] = {}
    for name, mask in broken.items():
        if mask.any():
            for part in parts_of(dataset, name, len(mask)):
                masks[part] = masks[part] | mask if part in masks else mask
    return masks


def without(dataset: Dataset, masks: Mapping[str, Array]) -> Dataset:
    """The dataset less the rows that are True in `masks`; order is kept."""
    return replace(
        dataset,
        tables={
            name: table[~masks[name]].reset_index(drop=True) if name in masks else table
            for name, table in dataset.tables.items()
        },
        tensors={
            name: tensor[~masks[name]] if name in masks else tensor
            for name, tensor in dataset.tensors.items()
        },
    )
