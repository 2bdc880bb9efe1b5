"""Models that are kept: copied in once, whole or not at all, and checked whenever they leave."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from penstock.core.files import atomic_folder, sha256_of_file
from penstock.effects.champions.document import decode, encode
from penstock.effects.champions.errors import BadFile, NotKept
from penstock.effects.champions.folder import Folder
from penstock.effects.champions.place import Place
from penstock.effects.champions.version import State, Version

VERSION = "version.json"


class Models:
    """P/models of the store at `place`.

    Args:
        copies: a local folder for models of a place that is not local.
    """

    def __init__(self, place: Place, copies: Path) -> None:
        self._place, self._copies = place, copies

    def keys(self, project: str) -> list[str]:
        names = map(PurePosixPath, self._place.names(f"{project}/models"))
        return [n.parts[0] for n in names if len(n.parts) == 2 and n.name == VERSION]

    def version(self, project: str, key: str) -> Version:
        name = f"{_folder(project, key)}/{VERSION}"
        content = self._place.read(name) if PurePosixPath(key).name == key else None
        if content is None:
            raise self._not_kept(project, key)
        place = f"{self._place.url}/{name}"
        fix = f"remove {place}, then: penstock promote {project}   (keeps the model again)"
        version = decode(Version, content, place, fix)
        if version.key != key or version.project != project:
            problem = f"it describes {version.project} {version.key}"
            raise BadFile(place, problem, fix)
        return version

    def whole(self, project: str, key: str) -> Version:
        """Its version, where no file of it is gone; raises NotKept, BadFile."""
        version = self.version(project, key)
        there = set(self._place.names(_folder(project, key)))
        if not version.files.keys() <= there:
            raise self._not_kept(project, key)
        return version

    def keep(self, project: str, version: Version, folder: Path) -> str:
        base = _folder(project, version.key)
        with self._place.alone(f"{project}.models"):
            version = self._first(project, version)
            for name, expected in version.files.items():
                self._keep_file(f"{base}/{name}", folder / name, expected)
            for left in set(self._place.names(base)) - version.files.keys() - {VERSION}:
                self._place.delete(f"{base}/{left}")  # by a copy that was cut short
            content = encode(version)
            if self._place.read(f"{base}/{VERSION}") != content:
                self._place.write(f"{base}/{VERSION}", content)
        return version.key

    def fetch(self, project: str, key: str) -> Path:
        version = self.whole(project, key)
        base = _folder(project, key)
        if isinstance(self._place, Folder):
            folder = self._place.path / base
            self._expect_whole(folder, version)
            return folder
        folder = self._copies / key
        with self._one_fetch(key):
            if not folder.is_dir() or _damage(folder, version):
                with atomic_folder(folder) as part:
                    for name in version.files:
                        self._place.get(f"{base}/{name}", part / name)
                    self._expect_whole(part, version)
                    (part / VERSION).write_bytes(encode(version))
        return folder

    def states(self, project: str, key: str) -> dict[str, State]:
        version, base = self.version(project, key), _folder(project, key)
        found = {name: self._place.sha256(f"{base}/{name}") for name in version.files}
        return {
            name: "ok" if found[name] == expected else "other" if found[name] else "gone"
            for name, expected in version.files.items()
        }

    def _first(self, project: str, version: Version) -> Version:
        """What is kept by that key already: only a commit that was not known is ever added."""
        if version.key not in self.keys(project):
            return version
        kept = self.version(project, version.key)
        if kept.files != version.files:
            place = f"{self._place.url}/{_folder(project, version.key)}"
            problem = f"holds other files than {version.candidate} has now under the same key"
            raise BadFile(place, problem, f"dvc repro --force {version.train_entry.address}")
        return version if kept.lock_revision is None else kept

    def _keep_file(self, name: str, path: Path, expected: str) -> None:
        if (found := _sha256(path)) != expected:
            raise BadFile(str(path), _differ(expected, found), f"dvc checkout --force {path}")
        if self._place.sha256(name) == expected:
            return
        self._place.put(name, path)
        if (found := self._place.sha256(name)) != expected:
            fix = "call again; if it stays so, the disk or the bucket is at fault"
            raise BadFile(f"{self._place.url}/{name}", _differ(expected, found), fix)

    def _expect_whole(self, folder: Path, version: Version) -> None:
        """`folder` holds the files of `version`; raises BadFile, named as in the store."""
        damage = _damage(folder, version)
        if damage:
            place = f"{self._place.url}/{_folder(version.project, version.key)}"
            fix = f"penstock rollback {version.project}   (to the champion before it)"
            raise BadFile(place, damage, fix)

    def _not_kept(self, project: str, key: str) -> NotKept:
        others = [one for one in self.keys(project) if one != key]
        return NotKept(project, key, f"{self._place.url}/{project}/models", others)

    @contextmanager
    def _one_fetch(self, key: str) -> Iterator[None]:
        """Two processes that fetch one model would throw away each other's half."""
        path = self._copies / ".locks" / f"{key}.fetch.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _folder(project: str, key: str) -> str:
    return f"{project}/models/{key}"


def _damage(folder: Path, version: Version) -> str | None:
    """The first file that is gone or another; None where all are as they were kept."""
    for name, expected in version.files.items():
        if (found := _sha256(folder / name)) != expected:
            return f"{name}: {_differ(expected, found)}"
    return None


def _sha256(path: Path) -> str | None:
    return sha256_of_file(path) if path.is_file() else None


def _differ(expected: str, found: str | None) -> str:
    return f"expected sha256 {expected}, found {found or 'nothing'}"
