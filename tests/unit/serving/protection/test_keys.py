"""Keys: made once, kept as a hash, found in constant time, revoked at once."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from penstock.core.errors import ParamsError
from penstock.serving.protection.keyring import VARIABLE, BadKeys, Keyring, UnknownKey
from penstock.serving.protection.keys import find, make_key

NOW = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "serving" / "keys.json")


def test_a_key_is_found_by_its_header_and_by_no_other(ring: Keyring) -> None:
    (one, text), (other, _) = (make_key(name, ["score"], NOW) for name in ("shop", "till"))
    ring.add(one)
    ring.add(other)
    assert find(ring.keys, f"Bearer {text}".encode()) == one
    assert find(ring.keys, f"bearer  {text} ".encode()) == one
    swapped = text.replace(one.id, other.id)
    for wrong in (text[:-1], text + "x", swapped, text.upper(), one.sha256, "", "a_b", "é_ü_ö"):
        assert find(ring.keys, f"Bearer {wrong}".encode()) is None
    assert find(ring.keys, f"Basic {text}".encode()) is None
    assert find(ring.keys, text.encode()) is None


def test_the_file_holds_no_key_and_only_its_owner_reads_it(ring: Keyring) -> None:
    key, text = make_key("shop", ["score", "admin"], NOW)
    ring.add(key)
    kept = ring.path.read_text()
    assert text not in kept and text.split("_")[2] not in kept and key.sha256 in kept
    assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600


def test_a_server_sees_what_was_made_and_revoked_meanwhile(ring: Keyring) -> None:
    running = Keyring(ring.path)
    key, _ = make_key("shop", ["score"], NOW)
    ring.add(key)
    assert running.refresh() and key.id in running.keys
    assert not running.refresh()
    assert ring.remove("shop") == key
    assert running.refresh() and not running.keys


def test_a_file_that_is_damaged_leaves_the_keys_that_were_known(ring: Keyring) -> None:
    key, _ = make_key("shop", ["score"], NOW)
    ring.add(key)
    for damaged in ("{", '{"keys": [{"id": "x"}]}', "\x00"):
        ring.path.write_text(damaged)
        with pytest.raises(BadKeys):
            ring.refresh()
        assert key.id in ring.keys


def test_keys_come_from_the_environment_too(ring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    key, text = make_key("pod", ["admin"], NOW, 5.0)
    entry = json.dumps({"keys": [key.model_dump(mode="json")]})
    monkeypatch.setenv(VARIABLE, entry)
    assert find(Keyring(ring.path).keys, f"Bearer {text}".encode()) == key
    monkeypatch.setenv(VARIABLE, "penstock_key")
    with pytest.raises(BadKeys, match=VARIABLE):
        Keyring(ring.path)


def test_only_a_key_that_is_there_can_be_revoked(ring: Keyring) -> None:
    ring.add(make_key("shop", ["score"], NOW)[0])
    with pytest.raises(UnknownKey, match="did you mean 'shop'"):
        ring.remove("shoop")


@pytest.mark.parametrize(("name", "scopes"), [("", ["score"]), ("shop", ["all"]), ("shop", [])])
def test_a_key_has_a_name_and_scopes_that_exist(name: str, scopes: list[str]) -> None:
    with pytest.raises(ParamsError):
        make_key(name, scopes, NOW)
