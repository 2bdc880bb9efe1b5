"""Files of the store that are not what penstock wrote: each says so, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from penstock.core.files import to_json
from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile
from penstock.effects.champions.place import Place
from tests.champions import PROJECT, crown, keep

Change = Callable[[dict[str, Any]], Any]

BROKEN: dict[str, tuple[Change, str]] = {
    "a key is missing": (lambda d: d.pop("key"), "key: missing"),
    "a key is unknown": (lambda d: d.update(kee="x"), "kee: unknown key"),
    "a key is cut": (lambda d: d.update(key="abc"), "key: found 'abc'"),
    "a number is a text": (lambda d: d.update(candidate=5), "candidate: found 5"),
    "previous is one text": (lambda d: d.update(previous="a" * 64), "previous: found"),
    "previous holds no key": (lambda d: d.update(previous=["x"]), "previous.0: found 'x'"),
    "another schema": (lambda d: d.update(schema="1"), "schema: found '1', expected 1"),
    "no schema": (lambda d: d.pop("schema"), "schema: found None"),
    "another project": (lambda d: d.update(project="lake"), "project: found 'lake'"),
}


@pytest.mark.parametrize(("change", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_pointer_that_was_edited_wrongly_is_refused(
    store: Store, place: Place, tmp_path: Path, change: Change, problem: str
) -> None:
    crown(store, keep(store, tmp_path, "a"))
    name = f"{PROJECT}.json"
    value = json.loads(place.read(name) or b"")
    change(value)
    place.write(name, to_json(value).encode())
    with pytest.raises(BadFile) as told:
        store.pointer(PROJECT)
    assert str(told.value).startswith(f"{store.url}/{name}: {problem}")
    assert "\n  fix: move it away, then: penstock rollback river --to KEY" in str(told.value)


@pytest.mark.parametrize("content", [b"", b'{"schema": 1, "key"', b"\xff\xfe", b"[]", b"[" * 9999])
def test_a_pointer_that_is_no_object_is_refused(store: Store, place: Place, content: bytes) -> None:
    place.write(f"{PROJECT}.json", content)
    with pytest.raises(BadFile, match=r"(no JSON|expected a JSON object).*\n  fix: move it away"):
        store.pointer(PROJECT)


def test_a_file_of_a_later_penstock_asks_for_it(store: Store, place: Place) -> None:
    place.write(f"{PROJECT}.json", b'{"schema": 2}')
    with pytest.raises(BadFile, match=r"schema: found 2, expected 1\n  fix: upgrade penstock"):
        store.pointer(PROJECT)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "a//b", ".", ""])
def test_a_version_whose_files_lead_out_of_its_folder_is_refused(
    store: Store, place: Place, tmp_path: Path, name: str
) -> None:
    version = keep(store, tmp_path, "a")
    path = f"{PROJECT}/models/{version.key}/version.json"
    value = json.loads(place.read(path) or b"")
    value["files"][name] = "0" * 64
    place.write(path, to_json(value).encode())
    with pytest.raises(BadFile, match=r"no path below the model's folder\n  fix: remove"):
        store.fetch(PROJECT, version.key)


def test_a_version_that_lies_under_another_key_is_refused(
    store: Store, place: Place, tmp_path: Path
) -> None:
    a, b = keep(store, tmp_path, "a"), keep(store, tmp_path, "b")
    folder = f"{PROJECT}/models"
    content = place.read(f"{folder}/{a.key}/version.json")
    assert content is not None
    place.write(f"{folder}/{b.key}/version.json", content)
    with pytest.raises(BadFile, match=r"it describes river a{64}"):
        store.version(PROJECT, b.key)


def test_a_challenger_that_is_no_json_names_its_file(store: Store, place: Place) -> None:
    place.write(f"{PROJECT}/challengers/{'a' * 64}.json", b"{")
    with pytest.raises(BadFile, match=r"challengers/a{64}\.json: no JSON.*\n  fix: remove "):
        store.challengers(PROJECT)
