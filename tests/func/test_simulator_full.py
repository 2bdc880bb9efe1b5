"""The whole simulated data set against the published one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from penstock.projects.fraud.simulator import SimulatorSettings, digests, simulate


@pytest.fixture(scope="module")
def full() -> pd.DataFrame:
    return simulate(SimulatorSettings())


def test_the_default_world_has_the_published_digests(full: pd.DataFrame) -> None:
    assert digests(full) == {
        "time": "74b62d7db946e22f3bc4f81a699d9564cde63392e872ac49a306a9c3aa62e860",
        "customer": "fe622b4b3c826119d74ecd3e9f5921ee463c8b8feaadc998ea5b83ae88788471",
        "terminal": "491fd87cb5936093a00224407fa2ff6f3adc6e5b0f1ef1600ac15c7b705cae8b",
        "amount": "e4c10c50c07e21a864558d9a9ff477bc3d9197291e57f3fda323d7b369048530",
        "fraud": "c3b65343b7f5d2a638d1b7485c469f5334a49c42e5cbdc3f16202b32d1c8860c",
        "scenario": "374f083028938e2619c9a00d767814129ce434c3808d2359fab91e7445008b3b",
    }


def test_the_default_world_has_the_published_sizes_and_sums(full: pd.DataFrame) -> None:
    assert len(full) == 1_754_155
    assert full["customer"].nunique() == 4_990
    assert full["label"].sum() == 14_681
    assert full["scenario"].value_counts().sort_index().tolist()[1:] == [973, 9_077, 4_631]
    assert full["customer"].sum() == 4_392_424_120
    assert full["terminal"].sum() == 8_765_044_444
    assert np.rint(full["amount"] * 100).sum() == 9_407_937_008


def test_amounts_are_the_nearest_floats_to_their_cents(full: pd.DataFrame) -> None:
    assert (full["amount"] == np.rint(full["amount"] * 100) / 100).all()
