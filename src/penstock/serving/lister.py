"""What makes the lists of one project, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from penstock.core.config import Params
from penstock.core.dataset import read_manifest
from penstock.core.files import sha256_of_file, sha256_of_json
from penstock.effects.champions import Store
from penstock.lineage import (
    lock_revision,
    raw_digest,
    raw_hashes,
    read_lock,
    source_says,
    train_address,
)
from penstock.scoring.contract import CONTRACT
from penstock.serving.contracts import Origin
from penstock.serving.log.listed import Basis
from penstock.sources.record import find_record

if TYPE_CHECKING:  # NumPy's neighbours, which a server of scores has no need of
    from penstock.effects.recommend import Lists

UNRECORDED = "not recorded"


@dataclass(frozen=True)
class Lister:
    """Models and tables in memory, and what they are by their hashes."""

    lists: Lists
    origin: Origin
    basis: Basis


def open_lister(root: Path, params: Params, project: str) -> Lister:
    """Load what answers; raises as `penstock.effects.recommend.open_lists` does."""
    from penstock.effects.recommend import open_lists

    features = features_digest(root, project)
    lists = open_lists(root, params, project)
    trending = lists.models.trending
    basis = Basis(features, trending.name, contract_digest(trending), lock_revision(root))
    return Lister(lists, _origin(root, project, lists.models.candidate, lists.models.folder), basis)


def features_digest(root: Path, project: str) -> str:
    """A sha256 of the hashes of data/`project`/features; raises DatasetError."""
    return sha256_of_json(read_manifest(root / "data" / project / "features")["files"])


def contract_digest(folder: Path) -> str:
    """The sha256 of a model's contract.json, which holds the hashes of the model's files."""
    return sha256_of_file(folder / CONTRACT)


def _origin(root: Path, project: str, candidate: str, folder: Path) -> Origin:
    """Of a kept model by what was kept with it, of a built one by the workspace."""
    if folder != root / "models" / project / candidate:
        version = Store.open(root).version(project, folder.name)
        key, revision, raw, record = folder.name, version.lock_revision, version.raw, version.source
    else:
        entries, address = read_lock(root), train_address(project, candidate)
        known = address in entries.entries
        key = entries.content_key([address]) if known else contract_digest(folder)
        revision, raw = lock_revision(root), raw_hashes(root, project)
        record = find_record(root, project)
    return Origin(
        project=project,
        candidate=candidate,
        key=key,
        model_sha256=contract_digest(folder),
        lock_revision=revision,
        raw_sha256=raw_digest(raw),
        source=source_says(record) if record else UNRECORDED,
    )
