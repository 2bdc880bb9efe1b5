"""Predictions go to Arrow and come back as they were, to the last bit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.serving.contracts import Origin, Prediction
from penstock.serving.log.rows import to_predictions, to_table
from tests.predictions import ORIGIN, make_prediction, make_predictions

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VECTORS = st.binary(max_size=40).map(lambda content: content[: len(content) // 4 * 4])
ORIGINS = st.builds(
    Origin, TEXT, TEXT, TEXT, TEXT, st.none() | TEXT, TEXT, TEXT
)  # bytes of a vector may be any float32, signalling NaN included
PREDICTIONS = st.builds(
    Prediction,
    id=TEXT,
    at=st.integers(0, 2**52),
    project=TEXT,
    arm=st.sampled_from(["champion", "challenger", "shadow"]),
    origin=ORIGINS,
    scorer=st.sampled_from(["onnx", "native"]),
    event_id=TEXT,
    entity=TEXT,
    event=st.binary(max_size=40),
    vector=VECTORS,
    score=st.floats(allow_nan=False),
    listed=st.binary(max_size=40),
)


@given(st.lists(PREDICTIONS, max_size=5))
def test_predictions_come_back_as_they_were(predictions: list[Prediction]) -> None:
    mine = [_with_project_of_origin(one) for one in predictions]
    assert to_predictions(to_table(mine)) == mine


def test_a_vector_that_is_no_float32_values_is_refused() -> None:
    with pytest.raises(ValueError, match="float32"):
        to_table([make_prediction(vector=b"123")])


def test_many_predictions_of_one_model_share_its_origin() -> None:
    other = make_prediction(9, origin=Origin("river", "net", "9" * 64, "8" * 64, None, "7", "sql"))
    table = to_table([*make_predictions(3), other])
    assert table["candidate"].to_pylist() == [ORIGIN.candidate] * 3 + ["net"]
    assert table["lock_revision"].to_pylist()[-1] is None


def _with_project_of_origin(one: Prediction) -> Prediction:
    """A log has one column for both."""
    told = {name: getattr(one, name) for name in one.__struct_fields__}
    return Prediction(**(told | {"project": one.origin.project}))
