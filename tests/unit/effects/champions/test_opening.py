"""Where the store lies, by the environment, and what it says when it can't be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from penstock.effects.champions import Store
from penstock.effects.champions.errors import NotAStore, StoreUnreachable
from tests.champions import PROJECT, keep


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, "{root}/champions"),
        ("", "{root}/champions"),
        ("kept/here", "{root}/kept/here"),
        ("/elsewhere/kept", "/elsewhere/kept"),
        ("file:///elsewhere/kept", "/elsewhere/kept"),
        ("memory://shelf/kept", "memory://shelf/kept"),
        ("memory://me:secret@shelf/kept", "memory://shelf/kept"),
    ],
)
def test_the_environment_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None, expected: str
) -> None:
    if named is None:
        monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    else:
        monkeypatch.setenv("PENSTOCK_CHAMPIONS", named)
    assert Store.open(tmp_path).url == expected.format(root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_nobody_knows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", "s4://bucket/kept")
    with pytest.raises(NotAStore, match=r"PENSTOCK_CHAMPIONS=s4://bucket.*\n  fix: export"):
        Store.open(tmp_path)


def test_a_file_system_that_is_not_installed_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", "gs://bucket/kept")
    with pytest.raises(NotAStore, match=r"gcsfs.*\n  fix: python -m pip install gcsfs"):
        Store.open(tmp_path)


def test_a_file_where_the_folder_should_be_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    (tmp_path / "champions").write_text("a file")
    store = Store.open(tmp_path)
    assert store.pointer(PROJECT) is None
    with pytest.raises(StoreUnreachable, match=r"champions can't be used: .*\n  fix: mend"):
        keep(store, tmp_path, "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_somebody_else_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    (tmp_path / "champions").mkdir(mode=0o500)
    with pytest.raises(StoreUnreachable, match="Permission denied"):
        keep(Store.open(tmp_path), tmp_path, "a")


def test_a_server_that_is_not_there_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", "http://127.0.0.1:9/kept")
    with pytest.raises(StoreUnreachable, match=r"http://127.0.0.1:9/kept can't be used"):
        Store.open(tmp_path).pointer(PROJECT)
