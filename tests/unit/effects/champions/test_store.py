"""One pointer, moved whole; challengers and decisions: the same in a folder and in a bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.effects.champions import Pointer, Store
from penstock.effects.champions.errors import NoDecision, NotKept, PointerMoved
from tests.champions import PROJECT, crown, keep, make_model, make_version, pointer_to


def test_there_is_no_champion_before_the_first(store: Store) -> None:
    assert store.pointer(PROJECT) is None
    assert store.versions(PROJECT) == store.challengers(PROJECT) == store.decisions(PROJECT) == []


def test_the_pointer_comes_back_as_it_was_set(store: Store, tmp_path: Path) -> None:
    a, b = keep(store, tmp_path, "a"), keep(store, tmp_path, "b")
    crown(store, a, b)
    assert store.pointer(PROJECT) == pointer_to(b, a)
    assert Store.open(tmp_path).pointer(PROJECT) == pointer_to(b, a)
    assert store.pointer("lake") is None


def test_pointing_twice_is_pointing_once(store: Store, tmp_path: Path) -> None:
    a = keep(store, tmp_path, "a")
    for _ in range(2):
        store.point(PROJECT, pointer_to(a), None)
    assert store.pointer(PROJECT) == pointer_to(a)


def test_a_pointer_that_somebody_else_moved_stays(store: Store, tmp_path: Path) -> None:
    a, b, c = (keep(store, tmp_path, one) for one in "abc")
    crown(store, a, b)
    with pytest.raises(PointerMoved, match=r"expected a{64}, found b{64}.*\n  fix: penstock"):
        store.point(PROJECT, pointer_to(c, a), a.key)
    with pytest.raises(PointerMoved, match=r"expected none, found b{64}"):
        store.point(PROJECT, pointer_to(c), None)
    assert store.pointer(PROJECT) == pointer_to(b, a)


def test_nothing_points_at_a_model_that_is_not_kept(store: Store, tmp_path: Path) -> None:
    version = make_version(make_model(tmp_path / "a", "a"), "a")
    with pytest.raises(NotKept, match=r"no whole model 'a{64}'.*none is known\n  fix: penstock"):
        store.point(PROJECT, pointer_to(version), None)
    with pytest.raises(NotKept):
        store.add_challenger(PROJECT, version)
    assert store.pointer(PROJECT) is None
    assert store.challengers(PROJECT) == []


def test_challengers_wait_the_earliest_trained_first(store: Store, tmp_path: Path) -> None:
    later, earlier = keep(store, tmp_path, "5"), keep(store, tmp_path, "3", "net")
    for version in (later, earlier, later):
        store.add_challenger(PROJECT, version)
    assert store.challengers(PROJECT) == [earlier, later]
    for _ in range(2):
        store.drop_challenger(PROJECT, earlier.key)
    assert store.challengers(PROJECT) == [later]
    assert store.versions(PROJECT) == [earlier.key, later.key]


def test_decisions_are_told_the_oldest_first(store: Store) -> None:
    late = {"id": "a-late", "at": "2026-02-01T00:00:00+00:00", "outcome": "refused"}
    early = {"id": "b-early", "at": "2026-01-01T00:00:00+00:00", "outcome": "promoted"}
    for one in (late, early, late):
        store.write_decision(PROJECT, one, "<p>é</p>")
    assert store.decisions(PROJECT) == [early, late]
    assert store.decision(PROJECT, "a-late") == late


@pytest.mark.parametrize("name", ["a-lat", "../a-late", "", "a/late"])
def test_a_decision_that_is_not_there_is_named_with_its_nearest(store: Store, name: str) -> None:
    store.write_decision(PROJECT, {"id": "a-late", "at": "2026"}, "")
    with pytest.raises(NoDecision, match=r"a-late.*\n  fix: penstock promote river"):
        store.decision(PROJECT, name)


def test_two_projects_share_a_store_and_nothing_else(store: Store, tmp_path: Path) -> None:
    a = keep(store, tmp_path, "a")
    other = a.model_copy(update={"project": "lake"})
    store.keep("lake", other, tmp_path / "a")
    store.point("lake", pointer_to(a).model_copy(update={"project": "lake"}), None)
    assert store.pointer(PROJECT) is None
    assert store.version("lake", a.key) == other
    assert isinstance(store.pointer("lake"), Pointer)
