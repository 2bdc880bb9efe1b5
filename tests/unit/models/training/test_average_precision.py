import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from penstock.models.training.average_precision import average_precision


@given(
    st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=60).filter(
        lambda rows: any(hit for _, hit in rows)
    )
)
def test_it_is_scikit_learns_ties_included(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in rows], dtype="float32")
    target = np.array([hit for _, hit in rows], dtype="float32")

    found = average_precision(torch.from_numpy(scores), torch.from_numpy(target))

    assert found == pytest.approx(average_precision_score(target, scores))
