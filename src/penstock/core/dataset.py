"""A dataset: named tables, named tensors, or an environment, in a folder with a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from penstock.core.errors import DatasetError, did_you_mean
from penstock.core.files import atomic, atomic_folder, read_json, sha256_of_file, write_json

if TYPE_CHECKING:  # a server reads manifests, and has no use for tables
    import pandas as pd
    import pyarrow as pa

MANIFEST = "manifest.json"
REBUILD = "dvc repro   (or: dvc pull)"


@dataclass(frozen=True)
class Dataset:
    """What flows along an edge of the graph.

    Attributes:
        tables: one Parquet file each.
        tensors: arrays of any rank, all in one safetensors file.
        environment: what an environment needs to be made again (plain JSON).
        notes: facts that travel with the data (source, units, roles); plain JSON.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    tensors: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=dict)
    environment: Mapping[str, Any] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    def rows(self) -> dict[str, int]:
        """Length of every part, by name."""
        tables = {name: len(table) for name, table in self.tables.items()}
        tensors = {name: len(np.atleast_1d(array)) for name, array in self.tensors.items()}
        return tables | tensors


def write_table(table: pd.DataFrame | pa.Table, path: Path) -> None:
    """One Parquet file with no clock and no index in it: the same rows give the same bytes."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    with atomic(path) as part:
        pq.write_table(table, part, compression="zstd")


def save(dataset: Dataset, folder: Path) -> None:
    """Write `dataset` to `folder`, replacing it whole, with a manifest of hashes."""
    with atomic_folder(folder) as part:
        for name, table in dataset.tables.items():
            write_table(table, part / f"{name}.parquet")
        write_other_parts(dataset, part)
        write_manifest(part, dataset.rows(), dataset.notes)


def write_other_parts(dataset: Dataset, folder: Path) -> None:
    """What is no table: the tensors in one file, the description of the environment in another."""
    if dataset.tensors:
        from safetensors.numpy import save_file

        arrays = {name: np.ascontiguousarray(array) for name, array in dataset.tensors.items()}
        save_file(arrays, folder / "tensors.safetensors")
    if dataset.environment is not None:
        write_json(folder / "environment.json", dict(dataset.environment))


def write_manifest(folder: Path, rows: Mapping[str, int], notes: Mapping[str, Any]) -> None:
    """Record the sha256 of every file that lies in `folder`, beside `rows` and `notes`."""
    files = {file.name: sha256_of_file(file) for file in sorted(folder.iterdir())}
    manifest = {"files": files, "rows": dict(rows), "notes": dict(notes)}
    write_json(folder / MANIFEST, manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of `folder`.

    Raises:
        DatasetError: there is none (the stage that writes the folder has not finished), it is
            no JSON, or a file that it names is gone.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise DatasetError(str(folder), f"no {MANIFEST} in it", REBUILD)
    try:
        manifest: dict[str, Any] = read_json(path)
    except ValueError as error:
        raise DatasetError(str(folder), f"{MANIFEST} is no JSON: {error}", REBUILD) from None
    missing = [name for name in manifest["files"] if not (folder / name).is_file()]
    if missing:
        raise DatasetError(str(folder), f"{MANIFEST} names {missing}, which is gone", REBUILD)
    return manifest


def load(folder: Path, tables: list[str] | None = None) -> Dataset:
    """Read a dataset back; `tables` limits which Parquet files are read.

    Raises:
        DatasetError: the folder is incomplete, a table is not in it or no Parquet file.
    """
    manifest = read_manifest(folder)
    files = [Path(name) for name in manifest["files"]]
    named = {file.stem: folder / file for file in files if file.suffix == ".parquet"}
    for table in tables or []:
        if table not in named:
            hint = did_you_mean(table, named)
            raise DatasetError(str(folder), f"no table {table!r} in it; {hint}", REBUILD)
    wanted = named if tables is None else {name: named[name] for name in tables}
    tensors: dict[str, np.ndarray[Any, Any]] = {}
    if "tensors.safetensors" in manifest["files"]:
        from safetensors.numpy import load_file

        tensors = load_file(folder / "tensors.safetensors")
    environment = folder / "environment.json"
    return Dataset(
        tables={name: _read_table(path) for name, path in wanted.items()},
        tensors=tensors,
        environment=read_json(environment) if environment.is_file() else None,
        notes=manifest["notes"],
    )


def _read_table(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except pa.ArrowInvalid as error:
        raise DatasetError(str(path), f"no Parquet file: {error}", REBUILD) from None
    return frame
