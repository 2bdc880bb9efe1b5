"""What a real object store does and memory does not: it has no bucket that nobody made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from penstock.effects.champions import Store
from penstock.effects.champions.errors import StoreUnreachable
from tests.champions import PROJECT, keep


class NoBucket(MemoryFileSystem):  # type: ignore[misc]
    """Answers as s3fs does where the bucket is not there."""

    protocol = "s3"

    def _refuse(self, *arguments: Any, **more: Any) -> Any:
        raise FileNotFoundError("The specified bucket does not exist")

    find = cat_file = pipe_file = put_file = _refuse

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        pytest.fail("made a bucket of a mistyped name")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setitem(_registry, "s3", NoBucket)
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", "s3://mistyped/champions")
    return Store.open(tmp_path)


def test_a_bucket_that_is_not_there_is_never_made(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match=r"s3://mistyped.*no such bucket.*\n  fix: mend"):
        keep(store, tmp_path, "a")


def test_a_bucket_that_is_not_there_holds_nothing(store: Store) -> None:
    assert store.pointer(PROJECT) is None
    assert store.versions(PROJECT) == store.challengers(PROJECT) == store.decisions(PROJECT) == []
