"""What a report of images shows: tables by hand, mistakes in order, the right pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.tasks.images.charts import calibration_chart, class_chart, referral_chart
from penstock.tasks.images.mistakes import confusion, missed_by_most, worst
from penstock.tasks.images.reporting import mean_chances, reported
from penstock.tasks.images.tables import apart, by_heart, rebuilt, seeds
from tests.digits import NAMES, features

LABEL = [0, 1, 2, 2]
LABELS = {"accuracy": "Accuracy"}


@pytest.fixture(scope="module")
def data() -> Dataset:
    return features()


def rows(*told: list[int], sure: float = 0.9) -> pd.DataFrame:
    """A fold for each list of what the images 600, 601 … of `LABEL` are told to be."""
    folds = []
    for fold, classes in enumerate(told):
        chances = np.full((len(classes), 10), (1 - sure) / 9)
        chances[np.arange(len(classes)), classes] = sure
        folds.append(evidence(chances, fold))
    return pd.concat(folds, ignore_index=True)


def evidence(chances: Array, fold: int = 0) -> pd.DataFrame:
    number = np.arange(len(chances)) + 600
    named = {f"p{n}": chances[:, n] for n in range(10)}
    frame = pd.DataFrame({"row_id": number, "unit_id": number, **named})
    return frame.assign(fold=fold, split="test", label=LABEL[: len(chances)])


def test_seeds_stand_beside_their_mean_and_deviation() -> None:
    table = seeds({"net": rows([0, 1, 2, 2], [0, 1, 2, 0]), "tree": rows([0, 1, 1, 1])})
    assert table.columns[1:] == ["mean accuracy", "deviation", "seed 0", "seed 1"]
    assert table.rows == [
        ["net", "87.50 %", "± 17.68", "100.00 %", "75.00 %"],
        ["tree", "50.00 %", "± 0.00", "50.00 %", "—"],
    ]
    assert seeds({"tree": rows([0, 1, 1, 1])}).rows == []  # one fit has no deviation


def test_distance_from_the_leader_is_paired_by_image() -> None:
    table = apart({"net": rows([0, 1, 2, 2]), "tree": rows([0, 1, 1, 1])}, "net")
    [[name, points, interval]] = table.rows
    assert (name, points) == ("tree", "−50.00")
    low, high = (float(one.replace("−", "-")) for one in interval.split(" – "))
    assert low < -50 < high <= 0
    same = apart({"net": rows([0, 1, 2, 2]), "twin": rows([0, 1, 2, 2])}, "net").rows[0]
    assert same[1:] == ["+0.00", "+0.00 – +0.00"]


@pytest.mark.curriculum("N26", of="src/penstock/tasks/images/tables.py")
def test_the_gap_between_learnt_and_judged_images_is_told() -> None:
    shown = {"net": pd.DataFrame({"kind": ["by_heart"], "value": [0.99]})}
    table = by_heart({"net": rows([0, 1, 2, 0]), "blend": rows([0, 1, 2, 2])}, shown)
    assert table.rows == [["net", "99.00 %", "75.00 %", "24.00"]]


def test_codes_and_noise_have_tables_where_somebody_has_them() -> None:
    def told(**values: float) -> pd.DataFrame:
        return pd.DataFrame({"kind": [*values], "value": [*values.values()]})

    shown = {"plain": told(rebuilt=0.01, pca=0.02), "clean": told(noisy=9, denoised=18, median=14)}
    code, noise = rebuilt(shown)
    assert code.rows == [["plain", "0.01000", "0.02000", "0.50"]]
    assert noise.rows == [["clean", "9.00", "18.00", "14.00"]]


def test_confusions_are_counted_as_the_mean_over_seeds() -> None:
    found = confusion("net", rows([0, 1, 2, 2], [0, 1, 2, 0]), NAMES)
    assert found.values[2].tolist() == [0.5, 0, 1.5, *[0] * 7]
    assert found.values.sum() == 4


def test_worst_mistakes_come_first_with_their_own_pixels(data: Dataset) -> None:
    chances = np.full((4, 10), 0.01)
    chances[0, 0] = 0.91  # right
    chances[1, [1, 7]] = 0.3, 0.62
    chances[2, [2, 8]] = 0.0, 0.92
    chances[3, [2, 3]] = 0.45, 0.47
    sheet = worst("net", mean_chances(evidence(chances)), data)
    [(_, pictures)] = sheet.rows
    assert [one.caption for one in pictures] == ["2 → 8 · 92 %", "1 → 7 · 62 %", "2 → 3 · 47 %"]
    np.testing.assert_array_equal(pictures[0].pixels, data.tensors["image"][602, 0])
    assert "wrong about 3 of 4 images" in sheet.caption


def test_images_that_most_miss_are_shown_with_how_many(data: Dataset) -> None:
    told = {
        "a": mean_chances(rows([0, 0, 0, 2])),
        "b": mean_chances(rows([0, 0, 2, 2])),
        "c": mean_chances(rows([0, 0, 0, 2])),
    }
    [sheet] = missed_by_most(told, data)
    [(_, pictures)] = sheet.rows
    assert [one.caption for one in pictures] == ["1 · 3 of 3", "2 · 2 of 3"]
    assert missed_by_most({"a": told["a"]}, data) == []
    assert missed_by_most(dict.fromkeys("ab", mean_chances(rows(LABEL))), data) == []


def test_errors_fall_as_the_least_sure_are_referred() -> None:
    random = np.random.default_rng(0)
    sure = random.uniform(0.5, 1, 400)
    told = pd.DataFrame({"row_id": range(400), "label": 0, "sure": sure})
    told["told"] = (random.random(400) > sure).astype(int)
    x, y = referral_chart({"net": told}).series["net"]
    assert x[0] == 0 and y[0] == pytest.approx((told["told"] == 1).mean(), abs=1e-4)
    assert y[-1] < y[0]


def test_the_calibration_of_an_honest_candidate_is_the_diagonal() -> None:
    random = np.random.default_rng(0)
    sure = random.uniform(0.1, 1, 20_000)
    told = pd.DataFrame({"label": 0, "sure": sure, "told": (random.random(20_000) > sure) * 1})
    x, y = calibration_chart({"net": told}).series["net"]
    np.testing.assert_allclose(np.array(x, float), y, atol=0.04)


def test_errors_of_a_class_are_the_share_of_its_images() -> None:
    names, shares = class_chart({"net": rows([0, 1, 2, 0])}, NAMES).series["net"]
    assert list(names) == NAMES
    assert shares[:3] == [0.0, 0.0, 0.5] and np.isnan(shares[3])


def test_a_report_orders_its_pictures_by_the_leader_and_takes_what_is_shown(data: Dataset) -> None:
    pixels = np.ones((3, 3), "<f4").tobytes()
    picture = {"layer": "conv", "place": 0, "row_id": -1, "height": 3, "width": 3, "pixels": pixels}
    shown = pd.DataFrame(
        [
            {"kind": "by_heart", "value": 0.9, "pixels": b"", "height": 0, "width": 0},
            {"kind": "filter", "value": np.nan, **picture},
        ]
    )
    both = {"tree": rows([0, 1, 1, 1]), "net": rows([0, 1, 2, 0])}
    found = reported(both, data, "test", LABELS, {"tree": shown})
    assert found.counts[0].title == "Confusions of net"
    assert [one.title for one in found.sheets] == [
        "Worst mistakes of net", "Missed by most", "Filters of tree",
    ]  # fmt: skip
    assert "Learnt, or learnt by heart" in [one.title for one in found.grids]
    assert dict(found.card)["Judged on"].startswith("4 images of the split “test”")


def test_a_report_of_one_candidate_that_shows_nothing_is_made(data: Dataset) -> None:
    found = reported({"net": rows(LABEL)}, data, "test", LABELS, {})
    assert [one.title for one in found.sheets] == ["Worst mistakes of net"]
    assert found.grids == []
