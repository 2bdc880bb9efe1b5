import numpy as np
import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from tests.unit.models.given import MODELS, fitted, model, view


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_defaults_for_all_its_settings(name: str) -> None:
    kind = load_model("classification", name).MODEL

    assert parse(kind.Settings, {}, name).model_dump()


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("tree", {"max_dept": 3}, "did you mean 'max_depth'?"),
        ("forest", {"max_samples": 1.5}, "less than or equal to 1"),
        ("forest", {"max_features": 0.0}, "greater than 0"),
        ("xgboost", {"tree_method": "exakt"}, "did you mean 'exact'?"),
        ("mlp", {"hidden": [0]}, "greater than or equal to 1"),
        ("logistic", {"C": 0}, "greater than 0"),
    ],
)
def test_a_wrong_setting_is_one_line(name: str, settings: dict[str, object], said: str) -> None:
    with pytest.raises(ParamsError) as error:
        model(name, **settings)

    assert said in str(error.value)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("logistic", {"class_weight": "balanced"}),
        ("tree", {"class_weight": "balanced"}),
        ("forest", {"class_weight": "balanced_subsample", "max_depth": 4}),
        ("xgboost", {"scale_pos_weight": 10.0}),
        ("mlp", {"positive_weight": 10.0}),
    ],
)
def test_a_heavier_positive_class_raises_the_scores(
    name: str, settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = fitted(name, tmp_path_factory.mktemp("plain")).predict_proba(view(seed=5))
    weighted = fitted(name, tmp_path_factory.mktemp("heavy"), **settings)

    assert weighted.predict_proba(view(seed=5)).mean() > plain.mean() * 1.2


def test_exact_and_finely_binned_boosting_agree(tmp_path_factory: pytest.TempPathFactory) -> None:
    exact = fitted("xgboost", tmp_path_factory.mktemp("exact"), tree_method="exact")
    binned = fitted("xgboost", tmp_path_factory.mktemp("hist"), tree_method="hist")

    gap = np.abs(exact.predict_proba(view(seed=5)) - binned.predict_proba(view(seed=5)))
    assert gap.mean() < 0.005
