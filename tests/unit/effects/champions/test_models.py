"""A model is kept once, whole, and leaves the store only as it came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.effects.champions import Store, Version
from penstock.effects.champions.errors import BadFile, NotKept
from penstock.effects.champions.place import Place
from penstock.effects.champions.version import State
from tests.champions import PROJECT, keep, make_model, make_version, pointer_to

LAYER = "model/weights/layer.txt"


def in_store(version: Version, name: str) -> str:
    return f"{PROJECT}/models/{version.key}/{name}"


def test_a_kept_model_is_fetched_file_by_file_as_it_was(store: Store, tmp_path: Path) -> None:
    version = keep(store, tmp_path, "a")
    folder = store.fetch(PROJECT, version.key)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*version.files, "version.json"}
    for name in version.files:
        assert (folder / name).read_bytes() == (tmp_path / "a" / name).read_bytes()
    assert store.version(PROJECT, version.key) == version
    assert set(store.states(PROJECT, version.key).values()) == {"ok"}


def test_keeping_twice_is_keeping_once(store: Store, tmp_path: Path) -> None:
    first, second = keep(store, tmp_path, "a"), keep(store, tmp_path, "a")
    assert first == second
    assert store.versions(PROJECT) == [first.key]


def test_what_is_kept_stays_when_the_candidate_is_trained_again(
    store: Store, tmp_path: Path
) -> None:
    version = keep(store, tmp_path, "a")
    make_model(tmp_path / "a", "another")
    assert (store.fetch(PROJECT, version.key) / "model/model.json").read_text() == "model a\n"


@pytest.mark.parametrize("damage", ["another", None])
def test_a_folder_that_is_not_what_was_hashed_is_not_kept(
    store: Store, tmp_path: Path, damage: str | None
) -> None:
    version = make_version(make_model(tmp_path / "a", "a"), "a")
    path = tmp_path / "a" / LAYER
    if damage:
        path.write_text(damage)
    else:
        path.unlink()
    with pytest.raises(BadFile, match=rf"{LAYER}: expected sha256 .*\n  fix: dvc checkout"):
        store.keep(PROJECT, version, tmp_path / "a")
    assert store.versions(PROJECT) == []


def test_one_key_never_holds_two_contents(store: Store, tmp_path: Path) -> None:
    version = keep(store, tmp_path, "a")
    other = make_version(make_model(tmp_path / "other", "other"), "a")
    with pytest.raises(BadFile, match=r"other files .*\n  fix: dvc repro --force train@river-tree"):
        store.keep(PROJECT, other, tmp_path / "other")
    assert store.version(PROJECT, version.key) == version


def test_a_commit_that_was_not_known_is_added_and_stays(store: Store, tmp_path: Path) -> None:
    version = keep(store, tmp_path, "a")
    for commit, expected in (("1" * 40, "1" * 40), ("2" * 40, "1" * 40), (None, "1" * 40)):
        later = version.model_copy(update={"lock_revision": commit})
        store.keep(PROJECT, later, tmp_path / "a")
        assert store.version(PROJECT, version.key).lock_revision == expected


def test_half_a_copy_is_none_and_is_finished_by_the_next_call(
    store: Store, place: Place, tmp_path: Path
) -> None:
    version = make_version(make_model(tmp_path / "a", "model a\n"), "a")
    place.write(in_store(version, "contract.json"), b"{}\n")
    place.write(in_store(version, LAYER), b"half")
    place.write(in_store(version, "model/.model.json.x.part"), b"half")
    assert store.versions(PROJECT) == []
    with pytest.raises(NotKept):
        store.fetch(PROJECT, version.key)
    store.keep(PROJECT, version, tmp_path / "a")
    folder = store.fetch(PROJECT, version.key)
    assert not list(folder.rglob("*.part"))
    assert (folder / LAYER).read_text() == "model a\n" * 1000


@pytest.mark.parametrize(("content", "state"), [(b"other", "other"), (None, "gone")])
def test_a_file_that_rotted_in_the_store_never_leaves_it(
    store: Store, place: Place, tmp_path: Path, content: bytes | None, state: State
) -> None:
    version = keep(store, tmp_path, "a")
    if content is None:
        place.delete(in_store(version, LAYER))
    else:
        place.write(in_store(version, LAYER), content)
    assert store.states(PROJECT, version.key)[LAYER] == state
    with pytest.raises((BadFile, NotKept), match="fix: penstock"):
        store.fetch(PROJECT, version.key)
    store.keep(PROJECT, version, tmp_path / "a")
    assert (store.fetch(PROJECT, version.key) / LAYER).read_text() == "model a\n" * 1000


def test_a_model_without_one_of_its_files_can_not_become_champion(
    store: Store, place: Place, tmp_path: Path
) -> None:
    version = keep(store, tmp_path, "a")
    place.delete(in_store(version, LAYER))
    with pytest.raises(NotKept):
        store.point(PROJECT, pointer_to(version), None)


def test_a_fetched_copy_that_was_damaged_is_fetched_again(store: Store, tmp_path: Path) -> None:
    version = keep(store, tmp_path, "a")
    folder = store.fetch(PROJECT, version.key)
    if folder.is_relative_to(tmp_path / ".penstock"):  # a copy of what lies elsewhere
        (folder / LAYER).write_text("damaged")
        assert (store.fetch(PROJECT, version.key) / LAYER).read_text() == "model a\n" * 1000
    else:
        assert folder == Path(store.url) / PROJECT / "models" / version.key


@pytest.mark.parametrize("key", ["b" * 64, "../a", "", "a" * 63])
def test_a_key_that_is_not_kept_is_named_with_its_nearest(
    store: Store, tmp_path: Path, key: str
) -> None:
    keep(store, tmp_path, "a")
    with pytest.raises(NotKept, match=r"a{64}.*\n  fix: penstock promote river"):
        store.version(PROJECT, key)
