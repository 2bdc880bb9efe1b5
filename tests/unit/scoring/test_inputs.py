"""Whether the features still hold what a kept model was fitted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.settings import parse
from penstock.scoring.contract import Contract
from penstock.scoring.inputs import InputsGone, signature_on

FITTED = (Input("a"), Input("b", "int32"), Input("pixels", "uint8", (8, 8)))


def contract() -> Contract:
    signature = Signature(FITTED, {"id": "old"}).to_notes()
    return parse(
        Contract,
        {
            "format": 1,
            "model": "classification/tree",
            "signature": signature,
            "settings": {},
            "seed": 0,
            "threads": 1,
            "trained_through": None,
            "files": {"model/x": "0" * 64},
        },
        "",
    )


def test_inputs_may_have_moved_and_others_come_and_the_roles_are_todays() -> None:
    offered = Signature((Input("new"), *reversed(FITTED)), {"id": "row"})
    made = signature_on(Path("kept"), contract(), offered)
    assert made == Signature(FITTED, {"id": "row"})


def test_all_that_is_gone_or_of_another_type_is_named_at_once() -> None:
    offered = Signature((Input("b", "int64"), Input("pixels", "uint8", (4, 4))), {})
    with pytest.raises(InputsGone) as caught:
        signature_on(Path("kept"), contract(), offered)
    assert (
        "a, b (int64 now, fitted as int32), pixels (uint8[4, 4] now, fitted as uint8[8, 8])"
        in str(caught.value)
    )
    assert "\n  fix: " in str(caught.value)
