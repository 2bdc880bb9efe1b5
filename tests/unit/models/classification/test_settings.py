import numpy as np
import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.core.workspace import load_model
from tests.unit.models.given import MODELS, context, fitted, model, view

# What a model is set beside where its default weighs the classes already.
PLAIN = {"balanced_forest": {"ratio": 0.1}}


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
        ("xgboost", {"resample": {"kind": "smot"}}, "did you mean 'smote'?"),
        ("balanced_forest", {"ratio": 0}, "greater than 0"),
        ("isolation_forest", {"max_samples": 1}, "greater than or equal to 2"),
        ("autoencoder", {"code": 0}, "greater than or equal to 1"),
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
        ("balanced_forest", {"ratio": 1.0}),
        ("xgboost", {"scale_pos_weight": 10.0}),
        ("mlp", {"positive_weight": 10.0}),
    ],
)
def test_a_heavier_positive_class_raises_the_scores(
    name: str, settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = fitted(name, tmp_path_factory.mktemp("plain"), **PLAIN.get(name, {}))
    weighted = fitted(name, tmp_path_factory.mktemp("heavy"), **settings)

    mean = plain.predict_proba(view(seed=5)).mean()
    assert weighted.predict_proba(view(seed=5)).mean() > mean * 1.2


@pytest.mark.parametrize("name", ["logistic", "tree", "xgboost"])
@pytest.mark.parametrize("kind", ["under", "smote"])
def test_resampled_rows_raise_the_scores(
    name: str, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = {"resample": {"kind": kind, "ratio": 1.0}}
    plain = fitted(name, tmp_path_factory.mktemp("plain"))
    balanced = fitted(name, tmp_path_factory.mktemp("balanced"), **asked)

    mean = plain.predict_proba(view(seed=5)).mean()
    assert balanced.predict_proba(view(seed=5)).mean() > mean * 1.2


@pytest.mark.parametrize("name", ["logistic", "tree", "xgboost"])
def test_positives_that_weigh_their_amount_move_the_scores_of_dear_rows_up(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    unseen = view(seed=5)
    amount = unseen.data.tables["features"]["amount"].to_numpy()
    plain = fitted(name, tmp_path_factory.mktemp("plain")).predict_proba(unseen)
    dear = fitted(name, tmp_path_factory.mktemp("dear"), weigh_by="amount").predict_proba(unseen)

    high = amount > np.quantile(amount, 0.9)
    assert dear[high].mean() > plain[high].mean()
    assert dear[~high].mean() < plain[~high].mean()


def test_all_epochs_learn_from_the_latest_rows_too(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    told, untold = (tmp_path_factory.mktemp(name) for name in ("told", "untold"))
    whole = model("mlp", patience=None).fit(view(), context(told))
    part = model("mlp", patience=None).fit(view(), context(untold, tail=False))

    assert not np.array_equal(whole.predict_proba(view(seed=5)), part.predict_proba(view(seed=5)))


@pytest.mark.parametrize("tell_code", [True, False])
def test_boosting_behind_an_autoencoder_keeps_what_it_is_told(
    tell_code: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    learnt = fitted(
        "autoencoder_boosting", tmp_path_factory.mktemp("fit"), tell_code=tell_code, trees=40
    )
    folder = tmp_path_factory.mktemp("kept")
    learnt.save(folder)

    kept = load_model("classification", "autoencoder_boosting").MODEL.load(folder)

    unseen = view(seed=5, target=False)
    assert np.array_equal(kept.predict_proba(unseen), learnt.predict_proba(unseen))
    assert kept.booster.num_features() == 5 + (2 if tell_code else 0)


def test_a_balanced_forest_draws_the_ratio_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    learnt = fitted("balanced_forest", tmp_path_factory.mktemp("fit"), ratio=0.5)

    positives = int(view().target.sum())
    for tree in learnt.estimator:
        assert tree.tree_.n_node_samples[0] <= 3 * positives
        assert tree.tree_.weighted_n_node_samples[0] == 3 * positives
        assert tree.tree_.value[0, 0, 1] == pytest.approx(1 / 3)


def test_exact_and_finely_binned_boosting_agree(tmp_path_factory: pytest.TempPathFactory) -> None:
    exact = fitted("xgboost", tmp_path_factory.mktemp("exact"), tree_method="exact")
    binned = fitted("xgboost", tmp_path_factory.mktemp("hist"), tree_method="hist")

    gap = np.abs(exact.predict_proba(view(seed=5)) - binned.predict_proba(view(seed=5)))
    assert gap.mean() < 0.005


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_trees_of_random_cuts_are_kept_like_the_best(
    share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    learnt = fitted("forest", tmp_path_factory.mktemp("fit"), cuts="random", max_samples=share)
    folder = tmp_path_factory.mktemp("kept")
    learnt.save(folder)

    kept = load_model("classification", "forest").MODEL.load(folder)

    unseen = view(seed=5, target=False)
    best = fitted("forest", tmp_path_factory.mktemp("best"), max_samples=share)
    assert np.array_equal(kept.predict_proba(unseen), learnt.predict_proba(unseen))
    assert not np.array_equal(best.predict_proba(unseen), learnt.predict_proba(unseen))
    drawn = {int(tree.tree_.weighted_n_node_samples[0]) for tree in learnt.estimator.estimators_}
    assert drawn == {int(2000 * share)}
