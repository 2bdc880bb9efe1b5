"""What was built from what: hashes and keys out of dvc.lock, read as YAML and never through DVC."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penstock.core.documents import parse_yaml, read_yaml
from penstock.core.errors import DocumentError, PenstockError
from penstock.core.files import sha256_of_json

LOCK = "dvc.lock"
SHORT = 12  # digits of a hash that are shown
# By us, or by DVC, when killed; .dvcignore names the same.
LEFT_BEHIND = re.compile(r"\..*\.part|.*\.[\w-]{22}\.tmp")


class NotBuilt(PenstockError):
    """dvc.lock has no entry for a stage: it has never run in this checkout's history."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{LOCK}: no entry for {address}\n  fix: dvc repro {address}")


class NotAsLocked(PenstockError):
    """A file is missing, or is not the one that dvc.lock records."""

    def __init__(self, path: str, expected: str, found: str | None, address: str) -> None:
        came = f"found md5 {found}" if found else "found nothing"
        super().__init__(
            f"{path}: {LOCK} records md5 {expected}, {came}\n"
            f"  fix: dvc repro {address}   (or, to get back what {LOCK} records: dvc checkout)"
        )


def train_address(project: str, candidate: str) -> str:
    return f"train@{project}-{candidate}"


def ensemble_address(project: str) -> str:
    return f"ensemble@{project}"


def evaluate_address(project: str) -> str:
    return f"evaluate@{project}"


def evaluated_project(address: str) -> str | None:
    """The project whose evaluation `address` is; None where it is another stage."""
    project = address.partition("@")[2]
    return project if project and evaluate_address(project) == address else None


@dataclass(frozen=True)
class Entry:
    """What one stage was built from and what it made.

    Attributes:
        deps, outs: path → md5 (a folder's ends in `.dir`).
        params: dotted key → value, of all params files together.
    """

    address: str
    deps: Mapping[str, str]
    params: Mapping[str, Any]
    outs: Mapping[str, str]


@dataclass(frozen=True)
class Lock:
    """dvc.lock: entries by stage address."""

    entries: Mapping[str, Entry]

    def entry(self, address: str) -> Entry:
        """The entry of `address`; raises NotBuilt."""
        if address not in self.entries:
            raise NotBuilt(address)
        return self.entries[address]

    def content_key(self, addresses: Iterable[str], part: str = "") -> str:
        """A sha256 that changes when a dep, param or out of one of the stages does.

        Args:
            part: tells apart what the same stages make several of.

        Raises:
            NotBuilt: a stage has no entry.
        """
        entries = [self.entry(address) for address in addresses]
        content = {
            one.address: {"deps": one.deps, "params": one.params, "outs": one.outs}
            for one in entries
        }
        return sha256_of_json({"stages": content, "part": part})


def read_lock(root: Path) -> Lock:
    """Read `root`/dvc.lock; one without entries where there is no such file.

    Raises:
        DocumentError: it is no YAML, or not what DVC writes.
    """
    path = root / LOCK
    return parse_lock(read_yaml(path)) if path.is_file() else Lock({})


def lock_at(root: Path, revision: str) -> Lock | None:
    """dvc.lock as a commit holds it; None where git knows no such commit, or no dvc.lock in it.

    Raises:
        DocumentError: it is not what DVC writes.
    """
    text = _git(root, "show", f"{revision}:{LOCK}")
    return None if text is None else parse_lock(parse_yaml(text, f"{LOCK} of {revision}"))


def parse_lock(document: Any) -> Lock:
    """The entries of a dvc.lock that was read as YAML; raises DocumentError."""
    try:
        stages = document.get("stages") or {}
        return Lock({address: _entry(address, stage) for address, stage in stages.items()})
    except (AttributeError, KeyError, TypeError) as error:
        raise DocumentError(LOCK, f"not as DVC writes it: {error!r}") from None


def locked_addresses(root: Path) -> list[str]:
    """The stages that `root`/dvc.lock lists, in its order."""
    return list(read_lock(root).entries)


def lock_revision(root: Path) -> str | None:
    """The commit that brought dvc.lock to its present content; None where it is not committed."""
    if _git(root, "status", "--porcelain", "--", LOCK) != "":
        return None
    return _git(root, "log", "-1", "--format=%H", "--", LOCK) or None


def raw_hashes(root: Path, project: str) -> dict[str, str]:
    """{file: sha256} of the raw data that the project's features were made of.

    Raises:
        DatasetError: data/`project`/features is not there.
    """
    from penstock.core.dataset import read_manifest

    notes = read_manifest(root / "data" / project / "features")["notes"]
    return dict(notes.get("raw", {}))


def raw_digest(raw: Mapping[str, str]) -> str:
    """The sha256 of the raw file; of the list of their hashes where there are several."""
    hashes = list(raw.values())
    return hashes[0] if len(hashes) == 1 else sha256_of_json(dict(raw))


def source_says(record: Mapping[str, Any]) -> str:
    """Kind, place and version of a source, as its record has them, in a few words."""
    version = record.get("sha256") or record.get("etag") or record.get("settings_sha256")
    day = f", as of {record['as_of']}" if record.get("as_of") else ""
    return f"{record.get('kind')} {record.get('locator')}, {str(version)[:SHORT]}{day}"


def features_hash(lock: Lock, project: str, address: str) -> str:
    """md5 of data/`project`/features as the stage `address` read it.

    Raises:
        NotBuilt: the stage has no entry with that dep.
    """
    found = lock.entry(address).deps.get(f"data/{project}/features")
    if found is None:
        raise NotBuilt(address)
    return found


def check_out(root: Path, entry: Entry, path: str) -> Path:
    """`root`/`path`, an out of `entry`, after its content was compared with dvc.lock.

    Raises:
        NotAsLocked: it is missing, or another.
    """
    full, expected = root / path, entry.outs.get(path, "")
    found = md5_of(full) if full.exists() else None
    if found != expected:
        raise NotAsLocked(path, expected, found, entry.address)
    return full


def md5_of(path: Path) -> str:
    """The md5 under which DVC knows a file, or a folder (that of its list of files, `.dir`)."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "md5").hexdigest()
    listed = [
        {"md5": md5_of(file), "relpath": file.relative_to(path).as_posix()}
        for file in path.rglob("*")
        if file.is_file() and not LEFT_BEHIND.fullmatch(file.name)
    ]
    listed.sort(key=lambda one: one["relpath"])
    text = json.dumps(listed, sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() + ".dir"


def _entry(address: str, stage: Mapping[str, Any]) -> Entry:
    files = stage.get("params") or {}
    return Entry(
        address=address,
        deps={dep["path"]: dep.get("md5", "") for dep in stage.get("deps") or ()},
        params={key: value for keys in files.values() for key, value in keys.items()},
        outs={out["path"]: out.get("md5", "") for out in stage.get("outs") or ()},
    )


def _git(root: Path, *arguments: str) -> str | None:
    """What git answers; None where it fails or there is none."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
