"""version.json beside a kept model: what it is, what it was built from, the hashes of its files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import Field, field_validator

from penstock.core.settings import Settings
from penstock.effects.champions.pointer import KEY

State = Literal["ok", "gone", "other"]  # of a file, against the hash that was recorded


class TrainEntry(Settings):
    """What dvc.lock said of the stage that trained the model.

    Attributes:
        deps, outs: path → md5 (a folder's ends in `.dir`).
        params: dotted key → value.
    """

    address: str
    deps: dict[str, str]
    params: dict[str, Any]
    outs: dict[str, str]


class Version(Settings):
    """One model that is, was or may become champion.

    Attributes:
        model: `task/model`, as contract.json says.
        key: content key of the train stage's entry in dvc.lock.
        trained_through: the last moment (or unit) the fit has seen; None where time plays no part.
        lock_revision: the commit that holds that dvc.lock; None where it was not committed.
        raw: file of data/P/raw → sha256.
        features: md5 of data/P/features.
        source: data/sources/P.json as it was; None where there was none.
        files: path below the version's folder → sha256, all but version.json.
    """

    project: str = Field(min_length=1)
    candidate: str = Field(min_length=1)
    task: str = Field(min_length=1)
    model: str = Field(min_length=1)
    key: str = Field(pattern=KEY)
    trained_through: str | None
    seed: int
    lock_revision: str | None
    train_entry: TrainEntry
    raw: dict[str, str]
    features: str
    source: dict[str, Any] | None
    files: dict[str, str] = Field(min_length=1)

    @field_validator("files")
    @classmethod
    def _stay_inside(cls, files: dict[str, str]) -> dict[str, str]:
        """A store is written by others too: no path of it may lead out of the folder."""
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or str(path) != name or name == ".":
                raise ValueError(f"{name!r} is no path below the model's folder")
        return files
