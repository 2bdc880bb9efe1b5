"""Lay miniature projects over a checkout: new files and a new params.yaml, nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
MINIATURES = ("ranking", "images", "bandit")


def overlay(root: Path, miniatures: Iterable[str] = MINIATURES) -> list[str]:
    """Put the miniatures into the checkout `root`, whose params.yaml keeps seed and threads.

    Returns:
        The names of their projects.
    """
    path = root / "params.yaml"
    kept = yaml.safe_load(path.read_text())
    params: dict[str, Any] = {key: kept[key] for key in ("seed", "threads")}
    params |= {"projects": {}, "candidates": {}}
    for name in miniatures:
        _copy(HERE / name / "src", root / "src")
        blocks = yaml.safe_load((HERE / name / "params.yaml").read_text())
        for key in ("projects", "candidates"):
            params[key] |= blocks[key]
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    return list(params["projects"])


def _copy(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*.py")):
        copy = target / file.relative_to(source)
        assert not copy.exists(), f"a miniature adds files and changes none: {copy}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
