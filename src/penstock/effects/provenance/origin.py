"""From a training back: what dvc.lock said of it, features, raw data, source, commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from penstock.core.errors import DatasetError
from penstock.core.files import sha256_of_file
from penstock.effects.champions import TrainEntry, Version
from penstock.effects.champions.version import State
from penstock.effects.provenance.hop import File, Hop, compare, worst
from penstock.lineage import (
    Entry,
    Lock,
    lock_at,
    lock_revision,
    md5_of,
    raw_hashes,
    read_lock,
    source_says,
)
from penstock.sources.errors import SourceUnrecorded
from penstock.sources.record import find_record, record_path


@dataclass(frozen=True)
class Origin:
    """What a training was made from, as it was recorded.

    Attributes:
        raw: file → sha256; None where nobody can say any more.
        source: data/sources/P.json as it was; None where nobody can say any more.
    """

    entry: TrainEntry
    features: str
    raw: Mapping[str, str] | None
    source: Mapping[str, Any] | None
    revision: str | None


class Origins:
    """Compares origins of one project's models with the workspace `root`; a folder is read once."""

    def __init__(self, root: Path, project: str) -> None:
        self._root, self._project = root, project
        self.lock = read_lock(root)
        self.md5 = cache(self._md5)
        self._sha256 = cache(self._sha256_of)
        self._lock_at = cache(lambda revision: lock_at(root, revision))
        self._revision = cache(lambda: lock_revision(root))

    def of_version(self, version: Version) -> Origin:
        """What version.json says."""
        return Origin(
            entry=version.train_entry,
            features=version.features,
            raw=version.raw,
            source=version.source,
            revision=version.lock_revision,
        )

    def of_entry(self, entry: Entry) -> Origin:
        """What dvc.lock says, and the workspace, as far as it is still what dvc.lock says."""
        folder = f"data/{self._project}/features"
        features = entry.deps.get(folder, "")
        return Origin(
            entry=TrainEntry(
                address=entry.address,
                deps=dict(entry.deps),
                params=dict(entry.params),
                outs=dict(entry.outs),
            ),
            features=features,
            raw=self._raw() if self.md5(folder) == features else None,
            source=self._source(),
            revision=self._revision(),
        )

    def training(self, origin: Origin) -> Hop:
        """The stage that trained, with all that it was made from."""
        entry = origin.entry
        state = _in_lock(self.lock, entry)
        return Hop(
            what="training",
            name=entry.address,
            state=state,
            says={"ok": "as dvc.lock says", "gone": "dvc.lock knows it no more"}.get(
                state, "dvc.lock has another by now"
            ),
            facts={"deps": entry.deps, "params": entry.params, "outs": entry.outs},
            made_from=(self._features_hop(origin),),
        )

    def _features_hop(self, origin: Origin) -> Hop:
        path = f"data/{self._project}/features"
        return Hop(
            what="features",
            name=path,
            state=compare(origin.features, self.md5(path)),
            says=f"md5 {origin.features}",
            facts={"md5": origin.features, "found": self.md5(path)},
            made_from=(self._raw_hop(origin),),
        )

    def _raw_hop(self, origin: Origin) -> Hop:
        path = f"data/{self._project}/raw"
        files = {
            name: File(sha256, compare(sha256, self._sha256(f"{path}/{name}")))
            for name, sha256 in (origin.raw or {}).items()
        }
        return Hop(
            what="raw data",
            name=path,
            state=worst(one.state for one in files.values()) if files else None,
            says="" if files else "its hashes stand in the features, which are not those any more",
            files=files,
            made_from=(self._source_hop(origin),),
        )

    def _source_hop(self, origin: Origin) -> Hop:
        recorded, state = origin.source, None
        if recorded is not None:
            now = self._record()
            state = compare(str(dict(recorded)), None if now is None else str(now))
        return Hop(
            what="source",
            name=record_path(self._root, self._project).relative_to(self._root).as_posix(),
            state=state,
            says=source_says(recorded)
            if recorded
            else "refreshed since; what it said is not known",
            facts=dict(recorded or {}),
            made_from=(self._revision_hop(origin),),
        )

    def _revision_hop(self, origin: Origin) -> Hop:
        if origin.revision is None:
            says = "dvc.lock was not committed when this was recorded"
            return Hop("revision", "none", None, says)
        lock = self._lock_at(origin.revision)
        return Hop(
            what="revision",
            name=origin.revision,
            state=_in_lock(lock, origin.entry) if lock else "gone",
            says="the commit that holds that dvc.lock",
            facts={"commit": origin.revision},
        )

    def _md5(self, path: str) -> str | None:
        return md5_of(self._root / path) if (self._root / path).exists() else None

    def _sha256_of(self, path: str) -> str | None:
        full = self._root / path
        return sha256_of_file(full) if full.is_file() else None

    def _raw(self) -> dict[str, str] | None:
        try:
            return raw_hashes(self._root, self._project)
        except DatasetError:
            return None

    def _source(self) -> dict[str, Any] | None:
        """The source record, where it is still the one that the raw data was read by."""
        entry = self.lock.entries.get(f"ingest@{self._project}")
        path = f"data/sources/{self._project}.json"
        read = entry is None or entry.deps.get(path) == self.md5(path)
        return self._record() if read else None

    def _record(self) -> dict[str, Any] | None:
        try:
            return find_record(self._root, self._project)
        except SourceUnrecorded:
            return None


def _in_lock(lock: Lock, entry: TrainEntry) -> State:
    """Whether `lock` says of the stage what `entry` says."""
    now = lock.entries.get(entry.address)
    if now is None:
        return "gone"
    recorded = (entry.deps, entry.params, entry.outs)
    return "ok" if recorded == (dict(now.deps), dict(now.params), dict(now.outs)) else "other"
