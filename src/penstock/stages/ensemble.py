"""ensemble: candidates made of candidates, from their evidence.

What is learnt for one is learnt from the labels of a choosing split; the task sees to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from penstock.core.config import EnsembleParams, Params
from penstock.core.dataset import load, write_table
from penstock.core.errors import CandidatesDisagree, ParamsError
from penstock.core.files import atomic_folder, write_json
from penstock.core.settings import Settings, parse
from penstock.core.stage import run_stage, timed
from penstock.core.workspace import MissingPart, load_part


def ensemble(root: Path, params: Params, key: str) -> None:
    """Write ensembles/`key`: a folder of evidence for each ensemble asked for, maybe none."""
    project = params.project(key)
    with atomic_folder(root / "ensembles" / key) as folder:
        if project.ensembles:
            _combine_all(root, params, key, folder)
        asked = {name: block.model_dump() for name, block in project.ensembles.items()}
        write_json(folder / "ensembles.json", asked)


def _combine_all(root: Path, params: Params, key: str, folder: Path) -> None:
    project = params.project(key)
    trials, part = (load_part("task", project.task, one) for one in ("trials", "ensembles"))
    protocol = parse(trials.ProtocolSettings, project.protocol, f"projects.{key}.protocol")
    dataset = load(root / "data" / key / "features")
    for name, block in project.ensembles.items():
        settings = ensemble_settings(project.task, block, f"projects.{key}.ensembles.{name}")
        with timed(f"ensemble {name}") as facts:
            members = _evidence(root / "models" / key, block.members)
            made = part.combine(members, settings, dataset, protocol)
            (folder / name).mkdir()
            write_table(made, folder / name / "evidence.parquet")
            facts.append(f"made of {', '.join(block.members)}")


def ensemble_settings(task: str, block: EnsembleParams, key: str) -> Settings:
    """What the block of an ensemble, which stands at `key`, tells its task.

    Raises:
        ParamsError: the task combines no candidates, or takes other keys.
    """
    try:
        kind = load_part("task", task, "ensembles").EnsembleSettings
    except MissingPart:
        problem = f"task {task!r} makes no candidates of candidates; leave the ensemble out"
        raise ParamsError([f"{key}: {problem}"]) from None
    settings: Settings = parse(kind, block.settings(), key)
    return settings


def _evidence(models: Path, names: Sequence[str]) -> list[pd.DataFrame]:
    missing = [name for name in names if not (models / name).is_dir()]
    if missing:
        raise CandidatesDisagree(models.name, missing, [])
    return [pq.read_table(models / name / "evidence.parquet").to_pandas() for name in names]


if __name__ == "__main__":
    run_stage(ensemble)
