"""What of an event counts."""

from __future__ import annotations

from datetime import datetime

import pytest

from penstock.features.errors import ColumnUnfit, MissingColumn
from penstock.features.stream import Stream
from penstock.serving.online.bodies import Bodies, Label
from tests.unit.features.given import OF_PAST

EVENT = {"id": 7, "time": 5, "card": "c", "shop": 2, "amount": 1.5}
BODIES = Bodies(Stream(OF_PAST))


def test_a_body_holds_what_the_features_read_and_no_more() -> None:
    assert BODIES.columns == ("id", "time", "card", "shop", "amount")
    body = BODIES.of({**EVENT, "note": "x", "label": 1})
    assert body == BODIES.of(EVENT)
    assert BODIES.event(body.values) == EVENT


@pytest.mark.parametrize("name", ["id", "time", "card", "shop", "amount"])
def test_another_value_makes_another_body(name: str) -> None:
    other = {**EVENT, name: 99 if name != "card" else "d"}
    assert BODIES.of(other).digest != BODIES.of(EVENT).digest


def test_one_moment_is_one_body_however_it_is_written() -> None:
    moment = datetime(1970, 1, 1, 0, 0, 0, 5)
    assert BODIES.of({**EVENT, "time": moment}) == BODIES.of(EVENT)


def test_an_event_that_lacks_a_column_or_holds_what_it_cannot_is_refused() -> None:
    with pytest.raises(MissingColumn, match="'amount'"):
        BODIES.of({name: EVENT[name] for name in EVENT if name != "amount"})
    with pytest.raises(ColumnUnfit, match="'shop'"):
        BODIES.of({**EVENT, "shop": None})


def test_values_of_any_kind_make_a_body() -> None:
    for strange in (10**30, object(), [1], "much"):
        assert BODIES.of({**EVENT, "amount": strange}).digest != BODIES.of(EVENT).digest


def test_a_label_comes_back_as_a_stream_takes_it() -> None:
    label = BODIES.label({"id": 7, "card": "c", "shop": 2, "label": 1}, known_at=9)
    assert label == Label(7, 1, 9, ("c", 2))
    assert BODIES.label_event(label) == {
        "id": 7,
        "card": "c",
        "shop": 2,
        "label": 1,
        "known_at": 9,
    }
