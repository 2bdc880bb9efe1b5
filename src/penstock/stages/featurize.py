"""featurize: valid rows in, the vector a model is fitted on and its labels out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from penstock.core.config import Params
from penstock.core.dataset import load, read_manifest, save
from penstock.core.settings import parse
from penstock.core.stage import run_stage, timed
from penstock.core.workspace import load_part


def featurize(root: Path, params: Params, key: str) -> None:
    """Write data/`key`/features from data/`key`/valid."""
    part = load_part("project", key, "features")
    where = f"projects.{key}.features"
    settings = parse(part.FeatureSettings, params.project(key).features, where)
    source = root / "data" / key / "valid"
    with timed(f"read {source.relative_to(root)}") as facts:
        valid = load(source)
        facts += [f"{rows:,} {name}" for name, rows in valid.rows().items()]
    with timed("features") as facts:
        made = part.featurize(valid, settings)
        facts += [f"{rows:,} {name}" for name, rows in made.rows().items()]
        facts.append(f"{len(made.notes['signature']['inputs'])} inputs")
    target = root / "data" / key / "features"
    with timed(f"wrote {target.relative_to(root)}"):
        lineage = {"valid": read_manifest(source)["files"]}
        save(replace(made, notes={**valid.notes, **lineage, **made.notes}), target)


if __name__ == "__main__":
    run_stage(featurize)
