from __future__ import annotations

import pandas as pd
import pytest

from penstock.retrieval.typed import typed


@pytest.mark.parametrize(
    ("text", "ids", "meant"),
    [
        ("196", pd.Index([1, 196]), 196),
        ("-3", pd.Index([1, 2]), -3),
        ("nobody", pd.Index([1, 2]), "nobody"),
        ("196", pd.Index(["196", "b7"]), "196"),
        ("b7", pd.Index(["196", "b7"]), "b7"),
        ("007", pd.Index(["007"]), "007"),
    ],
)
def test_what_is_typed_is_an_id_of_the_kind_that_there_is(
    text: str, ids: pd.Index, meant: object
) -> None:
    found = typed(text, ids)
    assert found == meant and type(found) is type(meant)
