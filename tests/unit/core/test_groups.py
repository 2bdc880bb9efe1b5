"""A candidate may learn from a group of the project's inputs alone."""

from __future__ import annotations

import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.groups import narrowed

SIGNATURE = Signature(
    (Input("a"), Input("b"), Input("c")), {"id": "row"}, {"first": ["a", "c"], "none": []}
)
DATASET = Dataset(
    tables={
        "features": pd.DataFrame({"row": [1], "a": [1.0], "b": [2.0], "c": [3.0]}),
        "labels": pd.DataFrame({"row": [1], "y": [0]}),
    },
    notes={"signature": SIGNATURE.to_notes(), "source": {"kind": "test"}},
)


def test_table_and_signature_keep_the_inputs_of_the_group_in_their_order() -> None:
    made = narrowed(DATASET, "first", "candidates.p-c.inputs")
    assert [*made.tables["features"]] == ["row", "a", "c"]
    assert [*made.tables["labels"]] == ["row", "y"]
    signature = Signature.from_notes(made.notes["signature"])
    assert signature.names == ("a", "c")
    assert signature.roles == {"id": "row"}
    assert made.notes["source"] == {"kind": "test"}


def test_without_a_group_nothing_changes() -> None:
    assert narrowed(DATASET, None, "key") is DATASET


def test_an_unknown_group_is_named_with_the_nearest() -> None:
    with pytest.raises(ParamsError, match=r"candidates.p-c.inputs: no group 'frist'.*'first'"):
        narrowed(DATASET, "frist", "candidates.p-c.inputs")


def test_groups_survive_the_notes() -> None:
    assert Signature.from_notes(SIGNATURE.to_notes()) == SIGNATURE
