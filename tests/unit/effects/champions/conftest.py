"""A store in each kind of place."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from penstock.effects.champions import Store
from penstock.effects.champions.opening import open_place
from penstock.effects.champions.place import Place

KINDS = ("folder", "bucket", "bucket with folders")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of the workspace `tmp_path`: local, in memory, and on a file system by fsspec."""
    named = {
        "folder": "",
        "bucket": f"memory://{uuid.uuid4().hex}/champions",
        "bucket with folders": f"local://{tmp_path}/elsewhere",
    }
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", named[request.param])
    return Store.open(tmp_path)


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Place:
    """Where `store` lies, for whoever wants to do it harm."""
    return open_place(tmp_path)
