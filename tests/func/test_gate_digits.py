"""Faults of images and labels, against the suite of `digits`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Array
from penstock.core.dataset import Dataset
from penstock.gates.judge import Judgement, judge
from penstock.projects.digits.schema import SCHEMA
from penstock.projects.digits.suite import inspect, suite
from tests.digits import valid
from tests.judgements import broken


@pytest.fixture
def data() -> Dataset:
    whole = valid()
    return replace(whole, tensors={name: one.copy() for name, one in whole.tensors.items()})


def gate(data: Dataset) -> Judgement:
    return judge(data, SCHEMA, suite(), inspect)


def changed(data: Dataset, **tensors: Array) -> Dataset:
    return replace(data, tensors={**data.tensors, **tensors})


def test_real_digits_pass_whole(data: Dataset) -> None:
    judgement = gate(data)
    assert broken(judgement) == {}
    assert judgement.valid is not None
    assert judgement.valid.rows() == data.rows()


def test_an_image_without_ink_leaves_with_its_label() -> None:
    data = valid(1200, 400)
    image = data.tensors["image"].copy()
    image[7] = 0
    judgement = gate(changed(data, image=image))
    assert broken(judgement) == {
        name: ("quarantined", [7]) for name in ("not-blank", "not-flat", "ink-plausible")
    }
    assert judgement.valid is not None
    assert {len(one) for one in judgement.valid.tensors.values()} == {1599}
    assert 7 not in judgement.valid.tensors["number"]


@pytest.mark.parametrize(
    ("name", "value", "rows"),
    [
        ("label-known", {"label": 10}, [3]),
        ("part-known", {"part": 2}, [3]),
        ("numbers-unique", {"number": 4}, [3, 4]),
    ],
)
def test_a_row_that_says_what_is_not_stops(
    data: Dataset, name: str, value: dict[str, int], rows: list[int]
) -> None:
    for tensor, one in value.items():
        data.tensors[tensor][3] = one
    assert broken(gate(data))[name] == ("stopped", rows)


def test_pixels_of_another_kind_stop_before_anything_is_looked_at(data: Dataset) -> None:
    found = broken(gate(changed(data, image=data.tensors["image"].astype(np.float32))))
    assert found["columns-typed"][0] == "stopped"
    assert found["mean-ink"][0] == "not checked"


def test_images_of_another_shape_stop(data: Dataset) -> None:
    found = broken(gate(changed(data, image=data.tensors["image"][:, :27])))
    assert found["columns-typed"][0] == "stopped"


def test_a_judged_image_that_was_learnt_from_stops(data: Dataset) -> None:
    data.tensors["image"][600:602] = data.tensors["image"][:2]
    found = broken(gate(data))
    assert found["judged-unseen"][0] == "stopped"


def test_images_over_and_over_stop(data: Dataset) -> None:
    data.tensors["image"][100:120] = data.tensors["image"][100]
    assert broken(gate(data))["few-repeats"][0] == "stopped"


def test_paper_and_ink_swapped_stop(data: Dataset) -> None:
    found = broken(gate(changed(data, image=255 - data.tensors["image"])))
    assert found["right-way-round"][0] == "stopped"


def test_a_class_that_is_gone_stops(data: Dataset) -> None:
    data.tensors["label"][data.tensors["label"] == 3] = 8
    found = broken(gate(data))
    assert found["every-class-there"][0] == "stopped"


def test_parts_of_another_mixture_stop(data: Dataset) -> None:
    judged = data.tensors["label"][600:]
    judged[np.isin(judged, [1, 2])] = 3
    assert broken(gate(data))["parts-alike"][0] == "stopped"


@pytest.mark.parametrize(
    ("classes", "name"),
    [
        ({"label": [*range(9), 11]}, "classes-numbered"),
        ({"name": [*"012345678", "8"]}, "class-names-unique"),
    ],
)
def test_classes_that_make_no_sense_stop(data: Dataset, classes: dict[str, Any], name: str) -> None:
    table = data.tables["classes"].assign(**classes)
    found = broken(gate(replace(data, tables={"classes": pd.DataFrame(table)})))
    assert found[name][0] == "stopped"


def test_too_few_images_stop() -> None:
    found = broken(gate(valid(learnt=300, judged=90)))
    assert {"images-enough", "judged-enough"} <= set(found)
