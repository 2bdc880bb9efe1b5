"""What rules say of a row at another amount is what its features would have been."""

from __future__ import annotations

import numpy as np

from penstock.core.contracts import Signature, View
from penstock.core.lever import Lever
from penstock.scoring.levers import Pulled
from tests.unit.scoring.given_lever import LEVER, NAMES, payments, view_of, with_inputs

TABLE = with_inputs(payments())


def test_at_its_own_amount_every_row_is_as_it_is() -> None:
    assert Pulled(LEVER, view_of(TABLE)).reproduces().all()


def test_at_another_amount_every_input_is_what_it_would_have_been() -> None:
    pulled = Pulled(LEVER, view_of(TABLE))
    random = np.random.default_rng(1)
    for row in random.choice(len(TABLE), 25, replace=False):
        cents = int(random.integers(1, 20_000))
        other = payments()
        other.loc[row, ["cents", "amount"]] = [cents, cents / 100]
        other["cents"] = other["cents"].astype(np.int64)
        truth = with_inputs(other).iloc[row]
        for name in pulled.followers:
            found = pulled.value(name, np.array([row]), np.array([float(cents)]))
            assert np.float32(found[0]) == np.float32(truth[name]), (row, cents, name)


def test_no_input_falls_as_the_amount_rises() -> None:
    pulled = Pulled(LEVER, view_of(TABLE))
    for row in range(0, len(TABLE), 37):
        cents = np.arange(0.0, 30_000.0, 7.0)
        for name in pulled.followers:
            values = pulled.value(name, np.full(len(cents), row), cents)
            assert (np.diff(values) >= 0).all(), name


def test_without_the_past_a_row_that_is_its_own_largest_is_not_told() -> None:
    known = Pulled(LEVER, view_of(TABLE, past=False)).reproduces()
    largest = TABLE["largest"].to_numpy()
    assert known[largest > TABLE["ratio"]].all()
    moved = Pulled(LEVER, view_of(TABLE, past=False))
    alone = np.flatnonzero(largest == TABLE["ratio"])
    assert not known[alone].any()
    assert np.isnan(moved.value("largest", alone, np.zeros(len(alone)))).all()


def test_an_amount_between_two_minor_units_is_not_told() -> None:
    odd = TABLE.assign(amount=TABLE["amount"] + 0.003)
    assert not Pulled(LEVER, view_of(odd)).reproduces().any()


def test_a_model_that_lacks_what_an_input_is_computed_by_has_no_followers() -> None:
    whole = view_of(TABLE)
    for name in ("count", "history"):
        inputs = tuple(one for one in whole.signature.inputs if one.name != name)
        narrow = View(whole.data, Signature(inputs, whole.signature.roles), past=whole.past)
        assert not Pulled(LEVER, narrow).reproduces().any()
    assert [one.input for one in LEVER.among(("amount", "risk"))] == ["amount"]
    assert [one.input for one in LEVER.among(NAMES)] == [one.input for one in LEVER.followers]


def test_a_lever_survives_the_notes_of_a_dataset() -> None:
    assert Lever.from_notes(LEVER.to_notes()) == Lever(
        LEVER.input, LEVER.per_unit, tuple(LEVER.followers)
    )
