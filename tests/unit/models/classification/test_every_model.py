from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from penstock.core.contracts import Input, Signature, View
from penstock.core.errors import ModelFileError
from penstock.core.workspace import load_model
from penstock.models.training.matrix import InputsMissing, NotBinary, NotFinite
from penstock.scoring.description import write_description
from tests.unit.models.given import (
    MODELS,
    NAMES,
    SILENT,
    UNSUPERVISED,
    context,
    fitted,
    model,
    view,
)

every_model = pytest.mark.parametrize("name", MODELS)


@every_model
def test_it_ranks_unseen_rows_and_answers_with_probabilities(name: str, tmp_path: Path) -> None:
    unseen = view(seed=5)

    scores = fitted(name, tmp_path).predict_proba(View(unseen.data, unseen.signature))

    assert scores.shape == (2000,)
    assert scores.dtype == np.float64
    assert 0 <= scores.min() < scores.max() <= 1
    assert roc_auc_score(unseen.target, scores) > (0.65 if name in UNSUPERVISED else 0.85)


@every_model
def test_a_model_that_was_saved_and_loaded_scores_the_same_bits(name: str, tmp_path: Path) -> None:
    before = fitted(name, tmp_path)

    before.save(tmp_path / "kept")
    after = load_model("classification", name).MODEL.load(tmp_path / "kept")

    unseen = view(seed=5, target=False)
    assert np.array_equal(before.predict_proba(unseen), after.predict_proba(unseen))
    assert after.get_params() == before.get_params()
    assert after.importances() == before.importances()
    after.save(tmp_path / "again")
    for file in (tmp_path / "kept").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


@every_model
def test_another_seed_is_no_matter_of_the_process(name: str, tmp_path: Path) -> None:
    np.random.seed(1)
    first = fitted(name, tmp_path / "first").predict_proba(view(seed=5))
    np.random.seed(2)
    second = fitted(name, tmp_path / "second").predict_proba(view(seed=5))

    assert np.array_equal(first, second)


@every_model
def test_inputs_are_matched_by_name_whatever_the_order_of_the_table(
    name: str, tmp_path: Path
) -> None:
    learnt, unseen = fitted(name, tmp_path), view(seed=5, target=False)
    table = unseen.data.tables["features"]
    turned = type(unseen.data)(tables={"features": table[table.columns[::-1]]})

    assert np.array_equal(
        learnt.predict_proba(View(turned, unseen.signature)), learnt.predict_proba(unseen)
    )


@every_model
def test_a_view_with_other_inputs_is_refused(name: str, tmp_path: Path) -> None:
    learnt, unseen = fitted(name, tmp_path), view(seed=5, target=False)
    other = Signature((*unseen.signature.inputs[:-1], Input("row_id", "int64")))

    with pytest.raises(InputsMissing, match="risk"):
        learnt.predict_proba(View(unseen.data, other))


@every_model
def test_no_rows_get_no_scores(name: str, tmp_path: Path) -> None:
    assert fitted(name, tmp_path).predict_proba(view(rows=0, target=False)).shape == (0,)


@every_model
def test_rows_of_one_class_are_refused_with_what_to_change(name: str, tmp_path: Path) -> None:
    rows = view()
    lonely = View(rows.data, rows.signature, np.zeros(2000, dtype="int8"))

    with pytest.raises(NotBinary, match=r"the labels \[0\]; expected both 0 and 1\n  fix: widen"):
        model(name).fit(lonely, context(tmp_path))


@every_model
def test_an_infinite_input_is_refused_by_name(name: str, tmp_path: Path) -> None:
    amounts = view().data.tables["features"]["amount"].to_numpy(copy=True)
    amounts[7] = np.inf

    with pytest.raises(NotFinite, match="'amount': 1 of 2000 values"):
        model(name).fit(view(amount=amounts), context(tmp_path))


@pytest.mark.parametrize("name", ["tree", "forest", "balanced_forest", "xgboost"])
def test_trees_take_gaps(name: str, tmp_path: Path) -> None:
    amounts = view().data.tables["features"]["amount"].to_numpy(copy=True)
    amounts[::7] = np.nan

    learnt = model(name).fit(view(amount=amounts), context(tmp_path))

    assert np.isfinite(learnt.predict_proba(view(amount=amounts, target=False))).all()


@pytest.mark.parametrize("name", ["logistic", *SILENT])
def test_what_multiplies_refuses_gaps(name: str, tmp_path: Path) -> None:
    amounts = view().data.tables["features"]["amount"].to_numpy(copy=True)
    amounts[::7] = np.nan

    with pytest.raises(NotFinite, match="or choose a model that takes gaps: tree, forest, xgb"):
        model(name).fit(view(amount=amounts), context(tmp_path))


@pytest.mark.parametrize("name", [name for name in MODELS if name not in SILENT])
def test_importances_are_shares_of_the_inputs(name: str, tmp_path: Path) -> None:
    shares = fitted(name, tmp_path).importances()

    assert shares is not None
    assert tuple(shares) == NAMES
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["risk"] > shares["night"]


@pytest.mark.parametrize("name", SILENT)
def test_a_model_that_can_not_tell_importances_says_so(name: str, tmp_path: Path) -> None:
    assert fitted(name, tmp_path).importances() is None


@pytest.mark.parametrize("name", UNSUPERVISED)
def test_labels_are_no_matter_to_an_unsupervised_model(name: str, tmp_path: Path) -> None:
    rows, unseen = view(), view(seed=5, target=False)
    assert rows.target is not None
    turned = View(rows.data, rows.signature, 1 - rows.target)

    there = model(name).fit(turned, context(tmp_path / "turned")).predict_proba(unseen)

    assert np.array_equal(fitted(name, tmp_path).predict_proba(unseen), there)


@pytest.mark.parametrize(
    "name", ["tree", "forest", "balanced_forest", "isolation_forest", "xgboost", "autoencoder"]
)
def test_a_file_of_another_width_than_its_inputs_is_refused(name: str, tmp_path: Path) -> None:
    learnt = fitted(name, tmp_path)
    learnt.save(tmp_path / "kept")
    write_description(tmp_path / "kept", learnt.settings, NAMES[:-1])

    with pytest.raises(ModelFileError):
        load_model("classification", name).MODEL.load(tmp_path / "kept")
