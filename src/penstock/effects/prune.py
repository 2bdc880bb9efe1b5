"""prune: remove the outputs of candidates that params.yaml lists no more."""

from __future__ import annotations

import shutil
from pathlib import Path

from penstock.core.config import Params


def prune(root: Path, params: Params, project: str) -> list[str]:
    """Remove stale folders of models/`project`; their content stays in DVC's cache.

    Returns the names removed; a second call removes nothing.
    """
    listed = set(params.project(project).candidates)
    models = root / "models" / project
    if not models.is_dir():
        return []
    stale = [folder for folder in sorted(models.iterdir()) if folder.name not in listed]
    stale = [folder for folder in stale if (folder / "evidence.parquet").is_file()]
    for folder in stale:
        shutil.rmtree(folder)
    return [folder.name for folder in stale]
