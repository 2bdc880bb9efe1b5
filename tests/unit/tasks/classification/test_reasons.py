from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Chart, FitContext, Report, Signature, Trial
from penstock.core.dataset import Dataset
from penstock.core.settings import parse
from penstock.scoring.contributions import Contributions
from penstock.tasks.classification.reasons import with_reasons
from penstock.tasks.classification.trials import ProtocolSettings, explain, trials
from tests.unit.models.given import model, view
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
    assert found.charts[1].name == "reasons_sample"
    assert set(found.charts[1].series) == {"better"}
    assert found.grids[0].caption.startswith("The highest scores of better")
    assert found.notes == ["a note"]


@pytest.mark.parametrize("explained", [{}, given("one", split="validation")])
def test_a_report_without_explanations_of_its_split_is_as_it_was(
    explained: dict[str, pd.DataFrame],
) -> None:
    assert with_reasons(PLAIN, explained, predictions(one=0.5), dataset(), "test") == PLAIN


PROTOCOL = parse(
    ProtocolSettings,
    {
        "unit": "transaction",
        "leads_on": "time",
        "splits": {
            "time": {"kind": "time", "test_share": 0.2},
            "validation": {"kind": "time", "test_share": 0.2, "within": "time"},
        },
    },
    "",
)


def of_given(tmp_path: Path, name: str) -> tuple[Any, dict[str, Trial]]:
    """A model and the trials of a small dataset, by split; `final` among them."""
    rows = view(1200)
    table = rows.data.tables["features"].assign(time=np.arange(1200.0))
    roles = {"id": "row_id", "time": "time", "target": "label"}
    labels = pd.DataFrame({"row_id": table["row_id"], "label": pd.array(rows.target, "Int8")})
    notes = {"signature": Signature(rows.signature.inputs, roles).to_notes()}
    made = list(trials(Dataset({"features": table, "labels": labels}, notes=notes), PROTOCOL, 0))
    context = FitContext(0, 1, "cpu", tmp_path)
    return model(name).fit(made[0].fit_view, context), {one.split: one for one in made}


def test_the_folds_of_the_leading_split_are_explained_and_no_other(tmp_path: Path) -> None:
    candidate, by_split = of_given(tmp_path, "xgboost")

    told = explain(candidate, by_split["time"], PROTOCOL)

    assert told is not None
    assert set(told["part"]) == {"alert", "sample"}
    margin = Contributions.of_frame(told).margin
    assert np.abs(1 / (1 + np.exp(-margin)) - told["score"]).max() < 1e-5
    assert explain(candidate, by_split["validation"], PROTOCOL) is None
    assert explain(candidate, by_split["final"], PROTOCOL) is None


def test_a_candidate_that_can_not_tell_is_passed_over(tmp_path: Path) -> None:
    candidate, by_split = of_given(tmp_path, "tree")
    assert explain(candidate, by_split["time"], PROTOCOL) is None
