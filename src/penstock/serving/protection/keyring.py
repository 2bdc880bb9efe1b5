"""The keys that are let in: those of a file, and those of PENSTOCK_SERVING_KEYS."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from penstock.core.errors import ParamsError, PenstockError, did_you_mean
from penstock.core.files import atomic, to_json
from penstock.core.settings import Settings, parse
from penstock.serving.protection.keys import Key

VARIABLE = "PENSTOCK_SERVING_KEYS"
PRIVATE = 0o600


class Keys(Settings):
    """The file, and the value of the variable."""

    keys: tuple[Key, ...] = ()


class BadKeys(PenstockError):
    """Keys are written down where they can't be read; nobody would be let in, or everybody."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place}: {problem}\n  fix: write it by `penstock key create NAME`, or take it away"
        )


class UnknownKey(PenstockError):
    """A key was named that the file doesn't hold."""

    def __init__(self, name: str, path: Path, keys: Mapping[str, Key]) -> None:
        known = [*keys, *(key.name for key in keys.values())]
        super().__init__(
            f"no key {name!r} in {path}; {did_you_mean(name, known)}\n"
            "  fix: penstock key list   (tells ids and names)"
        )


class Keyring:
    """Keys by id; a change of the file is seen at the next `refresh`.

    Args:
        path: of the file; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._of_environment = _parse(os.environ.get(VARIABLE, ""), VARIABLE)
        self._stamp: tuple[int, int, int] | None = None
        self.keys: dict[str, Key] = {}
        self._read()

    def refresh(self) -> bool:
        """Read the file again where it is another; whether it was.

        Raises:
            BadKeys: it can't be read. The keys that were known stay.
        """
        if _stamp(self.path) == self._stamp:
            return False
        self._read()
        return True

    def add(self, key: Key) -> None:
        """Keep `key` in the file, which only its owner may read."""
        self._write({**_of_file(self.path), key.id: key})

    def remove(self, name: str) -> Key:
        """Take a key out of the file, by id or name; raises UnknownKey."""
        keys = _of_file(self.path)
        found = keys.get(name) or next((k for k in keys.values() if k.name == name), None)
        if found is None:
            raise UnknownKey(name, self.path, keys)
        self._write({id_: key for id_, key in keys.items() if key is not found})
        return found

    def _read(self) -> None:
        stamp = _stamp(self.path)
        self.keys = {**self._of_environment, **_of_file(self.path)}
        self._stamp = stamp

    def _write(self, keys: Mapping[str, Key]) -> None:
        text = to_json({"keys": [key.model_dump(mode="json") for key in keys.values()]})
        with atomic(self.path) as part:
            part.write_text(text, encoding="utf-8")
        self.path.chmod(PRIVATE)
        self._read()


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _of_file(path: Path) -> dict[str, Key]:
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError) as error:
        raise BadKeys(str(path), str(error)) from None


def _parse(text: str, place: str) -> dict[str, Key]:
    if not text.strip():
        return {}
    try:
        return {key.id: key for key in parse(Keys, json.loads(text), "", place).keys}
    except json.JSONDecodeError as error:
        raise BadKeys(place, f"no JSON: {error}") from None
    except ParamsError as error:
        raise BadKeys(place, error.problems[0]) from None
