"""ensemble: candidates made of candidates, from their evidence alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from penstock.core.config import EnsembleParams, Params
from penstock.core.dataset import write_table
from penstock.core.errors import CandidatesDisagree
from penstock.core.files import atomic_folder, write_json
from penstock.core.stage import run_stage, timed
from penstock.core.workspace import load_part


def ensemble(root: Path, params: Params, key: str) -> None:
    """Write ensembles/`key`: a folder of evidence for each ensemble asked for, maybe none."""
    project = params.project(key)
    with atomic_folder(root / "ensembles" / key) as folder:
        for name, settings in project.ensembles.items():
            with timed(f"ensemble {name}") as facts:
                _combine(root / "models" / key, folder / name, project.task, settings)
                facts.append(f"{settings.method} of {', '.join(settings.members)}")
        asked = {name: settings.model_dump() for name, settings in project.ensembles.items()}
        write_json(folder / "ensembles.json", asked)


def _combine(models: Path, target: Path, task: str, settings: EnsembleParams) -> None:
    missing = [name for name in settings.members if not (models / name).is_dir()]
    if missing:
        raise CandidatesDisagree(models.name, missing, [])
    members = [pq.read_table(models / name / "evidence.parquet") for name in settings.members]
    trials = load_part("task", task, "trials")
    made = trials.combine([member.to_pandas() for member in members], settings)
    target.mkdir()
    write_table(made, target / "evidence.parquet")


if __name__ == "__main__":
    run_stage(ensemble)
