"""States in memory: a checkpoint is of one moment, and what is at rest is let go."""

from __future__ import annotations

from collections.abc import Hashable

from penstock.features.kept import Kept
from penstock.features.stream import Stream
from penstock.serving.online.hot import Hot, Name
from tests.unit.features.given import OF_PAST


class Shop:
    """A stream over `Hot`, with what a checkpoint would have written last."""

    def __init__(self, most: int) -> None:
        self.written: dict[Name, bytes] = {}
        self.loaded: list[Hashable] = []
        self.hot = Hot(self._load, most)
        self.stream = Stream(OF_PAST, self.hot)

    def _load(self, entity: str, key: Hashable) -> Kept | None:
        state = self.written.get((entity, key))
        if state is None:
            return None
        self.loaded.append((entity, key))
        return Kept.from_bytes(self.stream.layouts[entity], state)

    def post(self, number: int, card: int) -> None:
        event = {"id": number, "time": number, "card": card, "shop": 0, "amount": 1.0}
        self.stream.update(event)

    def checkpoint(self) -> None:
        self.hot.begin()
        while some := self.hot.copy(1):
            self.written |= some
        self.hot.end()


def test_a_checkpoint_holds_what_was_when_it_began_whatever_comes_meanwhile() -> None:
    one, other = Shop(100), Shop(100)
    for number, card in enumerate([1, 2, 1, 3]):
        one.post(number, card)
        other.post(number, card)
    other.checkpoint()
    one.hot.begin()
    one.written |= one.hot.copy(2)
    for number, card in enumerate([3, 1, 2, 4], start=4):
        one.post(number, card)
    while some := one.hot.copy(2):
        one.written |= some
    one.hot.end()
    assert one.written == other.written
    assert one.hot.changed == 5  # four cards and the shop, for the next one


def test_states_at_rest_are_let_go_and_come_back_as_they_were() -> None:
    small, large = Shop(4), Shop(100)
    for number in range(40):
        for shop in (small, large):
            shop.post(number, number % 10)
            if number % 5 == 4:
                shop.checkpoint()
        assert len(small.hot) <= 4 + 6
    assert small.loaded and not large.loaded
    assert small.written == large.written


def test_what_changed_since_the_checkpoint_began_is_never_let_go() -> None:
    shop = Shop(1)
    for number in range(5):
        shop.post(number, number)
    assert shop.hot.full
    shop.hot.begin()
    shop.post(5, 3)
    while some := shop.hot.copy(10):
        shop.written |= some
    shop.hot.end()
    assert len(shop.hot) == 2  # card 3 and the shop
    shop.checkpoint()
    assert not shop.hot.full


def test_after_a_failure_the_next_checkpoint_writes_all_of_it() -> None:
    shop, well = Shop(100), Shop(100)
    for number in range(6):
        shop.post(number, number % 3)
        well.post(number, number % 3)
    shop.hot.begin()
    shop.hot.copy(2)
    shop.hot.fail()
    shop.checkpoint()
    well.checkpoint()
    assert shop.written == well.written


def test_labels_of_unknown_entities_leave_nothing_behind() -> None:
    shop = Shop(100)
    label = {"id": 1, "card": 5, "shop": 9, "label": 1, "known_at": 5}
    assert not shop.stream.learn(label)
    assert len(shop.hot) == 0
