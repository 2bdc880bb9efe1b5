"""Which images are fitted and which are judged, and what candidates show of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Array, Trial, View
from penstock.core.errors import NoTrials, ParamsError
from penstock.tasks.images.trials import explain, folds, images_of, observe, tail, trials, used_rows
from tests.digits import features, protocol, view


def all_trials(seed: int = 0) -> list[Trial]:
    return list(trials(features(), protocol(), seed))


def numbers(of: View | None) -> list[int]:
    assert of is not None
    return [int(number) for number in of.data.tensors["number"]]


def test_settings_are_chosen_on_images_that_are_no_test_images() -> None:
    held_out, *tests, final = all_trials()
    fitted, judged = numbers(held_out.fit_view), numbers(held_out.eval_view)
    assert held_out.split == "validation"
    assert len(judged) == 50
    assert sorted(fitted + judged) == list(range(600))
    assert all(numbers(test.eval_view) == list(range(600, 800)) for test in tests)
    assert all(numbers(test.fit_view) == list(range(600)) for test in tests)
    assert final.eval_view is None


def test_held_out_images_are_stratified_and_drawn_by_the_seed() -> None:
    data = features()
    _, judged = used_rows(data, protocol(), 0, "validation")
    shares = np.bincount(data.tensors["label"][judged], minlength=10)
    assert shares.min() >= 4 and shares.max() <= 6
    _, again = used_rows(data, protocol(), 0, "validation")
    _, other = used_rows(data, protocol(), 1, "validation")
    np.testing.assert_array_equal(judged, again)
    assert set(judged) != set(other)


def test_folds_of_a_split_differ_in_their_seed_alone() -> None:
    _, first, second, final = all_trials(seed=7)
    assert [first.seed, second.seed, final.seed] == [7, 8, 7]
    assert first.fit_rows is not None and final.fit_rows is not None
    np.testing.assert_array_equal(first.fit_rows, second.fit_rows)
    np.testing.assert_array_equal(first.fit_rows, final.fit_rows)  # one fit serves both


@pytest.mark.curriculum("N29", of="src/penstock/tasks/images/trials.py")
def test_a_sweep_sees_its_split_alone() -> None:
    (only,) = folds(features(), protocol(), 0, "validation")
    fitted, judged = used_rows(features(), protocol(), 0, "validation")
    _, faced = used_rows(features(), protocol(), 0, "test")
    assert numbers(only.eval_view) == judged.tolist()
    assert not set(faced) & (set(fitted) | set(judged))


def test_no_view_to_be_judged_on_holds_a_label() -> None:
    for trial in all_trials():
        if trial.eval_view is not None:
            assert trial.eval_view.target is None
            assert set(trial.eval_view.data.tensors) == {"image", "number"}


def test_a_tenth_of_the_images_is_kept_for_stopping_early() -> None:
    learnt, held = tail(view(slice(0, 600)))
    assert sorted(numbers(learnt) + numbers(held)) == list(range(600))
    assert held.target is not None and len(held.target) == 60
    assert 20 < sum(number % 2 for number in numbers(held)) < 40  # of both groups of writers
    assert numbers(tail(view(slice(0, 600)))[1]) == numbers(held)


def test_a_class_that_nobody_can_learn_is_an_error() -> None:
    data = features()
    rows = ~((data.tensors["label"] == 4) & (data.tensors["part"] == 0))
    lacking = replace(data, tensors={name: one[rows] for name, one in data.tensors.items()})
    with pytest.raises(NoTrials, match="no image to learn from shows 4"):
        list(trials(lacking, protocol(), 0))


def test_a_part_without_images_is_an_error() -> None:
    data = features()
    rows = data.tensors["part"] == 0
    lacking = replace(data, tensors={name: one[rows] for name, one in data.tensors.items()})
    with pytest.raises(NoTrials, match="600 images to fit, 0 to judge"):
        list(folds(lacking, protocol(), 0, "test"))


def test_the_leading_split_is_one_of_the_splits() -> None:
    with pytest.raises(ParamsError, match="leads_on 'tset'"):
        protocol(leads_on="tset")


class Plain:
    """Tells the brightest tenth of the width: enough to be observed."""

    def predict_proba(self, of: View) -> Array:
        ink = images_of(of).reshape(len(images_of(of)), 28, 28).mean(axis=1)[:, 4:24:2] + 1e-3
        chances: Array = ink / ink.sum(axis=1, keepdims=True)
        return chances


class Showing(Plain):
    """Offers all that can be drawn."""

    code_size, noise = 8, 60.0

    def filters(self) -> dict[str, Array]:
        return {"conv1": np.arange(80 * 9, dtype=np.float32).reshape(80, 3, 3)}

    def feature_maps(self, images: Array) -> dict[str, Array]:
        return {"conv1": np.repeat(images.astype(np.float32), 20, axis=1)}

    def augmented(self, images: Array, seed: int) -> Array:
        return np.roll(images, seed + 1, axis=3)

    def reconstruct(self, images: Array) -> Array:
        return images.astype(np.float32)


def test_evidence_holds_a_chance_of_each_class_and_no_label() -> None:
    seen = observe(Plain(), view(slice(0, 5), target=False), protocol())
    assert list(seen) == ["row_id", "unit_id", *(f"p{n}" for n in range(10))]
    assert seen["row_id"].tolist() == [0, 1, 2, 3, 4]
    assert {str(seen[f"p{n}"].dtype) for n in range(10)} == {"float32"}


def told(candidate: Any, trial: Trial) -> pd.DataFrame | None:
    return explain(candidate, trial, protocol())


def test_the_first_fit_of_the_leading_split_shows_itself_and_no_other() -> None:
    validation, first, second, final = all_trials()
    assert [told(Showing(), one) is None for one in (validation, first, second, final)] == [
        True, False, True, True,
    ]  # fmt: skip


def test_a_candidate_that_offers_nothing_shows_what_it_knows_by_heart() -> None:
    shown = told(Plain(), all_trials()[1])
    assert shown is not None
    assert shown["kind"].tolist() == ["by_heart"]
    assert 0 <= shown["value"].iloc[0] <= 1


def test_every_kind_of_picture_is_kept_with_its_pixels() -> None:
    trial = all_trials()[1]
    shown = told(Showing(), trial)
    assert shown is not None
    counts = shown["kind"].value_counts().to_dict()
    assert counts == {
        "by_heart": 1, "filter": 32, "map": 32, "augmented": 40, "rebuilt": 12, "pca": 12,
        "noisy": 12, "denoised": 12, "median": 12,
    }  # fmt: skip
    filters = shown[shown["kind"] == "filter"]
    first = np.frombuffer(filters["pixels"].iloc[0], "<f4").reshape(3, 3)
    np.testing.assert_array_equal(first, np.arange(9, dtype=np.float32).reshape(3, 3))
    drawn = shown[(shown["kind"] == "augmented") & (shown["row_id"] == 0)]
    pixels = [np.frombuffer(one, "<f4").reshape(28, 28) for one in drawn["pixels"]]
    np.testing.assert_array_equal(pixels[1], np.roll(pixels[0], 1, axis=1))


def test_a_perfect_code_has_no_error_and_components_have_some() -> None:
    shown = told(Showing(), all_trials()[1])
    assert shown is not None
    value = shown.groupby("kind")["value"].first()
    assert value["rebuilt"] < 1e-12 < value["pca"] < 0.1
    assert value["noisy"] == value["denoised"]  # it gives back what it is given
    assert value["median"] != value["noisy"]


def test_principal_components_are_those_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    trial = all_trials()[1]
    shown = told(Showing(), trial)
    assert shown is not None and trial.eval_view is not None
    fitted, judged = (images_of(one).reshape(-1, 784) for one in (trial.fit_view, trial.eval_view))
    model = PCA(8, svd_solver="full").fit(fitted)
    made = np.clip(model.inverse_transform(model.transform(judged)), 0, 255)
    expected = np.mean((made / 255 - judged / 255) ** 2)
    found = shown.loc[shown["kind"] == "pca", "value"].iloc[0]
    assert found == pytest.approx(expected, rel=1e-3)
