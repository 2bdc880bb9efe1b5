from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Chart, Report, Signature
from penstock.core.dataset import Dataset
from penstock.tasks.classification.reasons import with_reasons
from tests.unit.pages.test_reasons import explanations

PLAIN = Report(charts=[Chart("pr", "", "", "", {})], notes=["a note"])


def given(*names: str, split: str = "test") -> dict[str, pd.DataFrame]:
    return {
        name: explanations(seed=place)[0].assign(split=split) for place, name in enumerate(names)
    }


def dataset() -> Dataset:
    features = explanations()[1].assign(row_id=np.arange(400))
    notes = {"signature": Signature((), {"id": "row_id"}).to_notes()}
    return Dataset({"features": features}, notes=notes)


def predictions(**right: float) -> dict[str, pd.DataFrame]:
    """Two folds each; `right` is the share of the rows whose score agrees with their label."""
    random = np.random.default_rng(0)
    made = {}
    for name, share in right.items():
        label = (random.random(400) < 0.2).astype(np.int8)
        score = np.where(random.random(400) < share, label * 0.8 + 0.1, random.random(400))
        made[name] = pd.DataFrame(
            {"split": "test", "fold": np.arange(400) // 200, "label": label, "score": score}
        )
    return made


def test_the_best_candidate_that_can_tell_stands_on_the_page() -> None:
    found = with_reasons(
        PLAIN, given("worse", "better"), predictions(worse=0.2, better=0.7, silent=0.9),
        dataset(), "test",
    )  # fmt: skip
    assert found.charts[0] == PLAIN.charts[0]
    assert found.charts[1].name == "reasons_importance"
    assert set(found.charts[1].series) == {"better"}
    assert found.grids[0].caption.startswith("The highest scores of better")
    assert found.notes == ["a note"]


@pytest.mark.parametrize("explained", [{}, given("one", split="validation")])
def test_a_report_without_explanations_of_its_split_is_as_it_was(
    explained: dict[str, pd.DataFrame],
) -> None:
    assert with_reasons(PLAIN, explained, predictions(one=0.5), dataset(), "test") == PLAIN
