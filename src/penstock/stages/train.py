"""train: a candidate fitted on every trial of its task; evidence without labels, and one model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from penstock.core.config import CandidateParams, Params
from penstock.core.contracts import Candidate, FitContext, Signature, Trial
from penstock.core.dataset import load, read_manifest, write_table
from penstock.core.files import (
    atomic_folder,
    sha256_of_file,
    sha256_of_json,
    write_json,
    write_text,
)
from penstock.core.groups import narrowed
from penstock.core.settings import Settings, parse
from penstock.core.stage import run_stage, timed
from penstock.core.workspace import code_of_model, load_model, load_part
from penstock.scoring.contract import write_contract
from penstock.scoring.notes_file import write_notes


@dataclass
class Training:
    """What one candidate leaves behind while its trials go by."""

    root: Path
    params: Params
    key: str
    evidence: list[pd.DataFrame] = field(default_factory=list)
    explanations: list[pd.DataFrame] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    trials: list[dict[str, Any]] = field(default_factory=list)
    fitted: dict[str, Candidate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.block: CandidateParams = self.params.candidate(self.key)
        self.features = self.root / "data" / self.block.project / "features"
        self.task = load_part("task", self.block.task, "trials")
        self.kind = load_model(self.block.task, self.block.model).MODEL
        self.inputs = read_manifest(self.features)["files"]
        where = f"projects.{self.block.project}.protocol"
        asked = self.params.project(self.block.project).protocol
        self.protocol: Settings = parse(self.task.ProtocolSettings, asked, where)

    def settings(self, split: str) -> Settings:
        where = f"candidates.{self.key}.params"
        settings: Settings = parse(self.kind.Settings, self.block.hyperparameters(split), where)
        return settings

    def run(self, trial: Trial) -> Candidate:
        """Fit the trial, unless the same fit was made for another split, and observe it."""
        settings = self.settings(trial.split)
        key = sha256_of_json(self._identity(trial, settings))
        with timed(f"{self.key} · {trial.split} {trial.fold}") as facts:
            if key not in self.fitted:
                self.fitted[key] = self._fit(trial, settings, key)
                facts.append("fitted")
            else:
                facts.append("same rows and settings as before: fit reused")
            rows = None if trial.fit_rows is None else len(trial.fit_rows)
            if rows is not None:
                facts.append(f"{rows:,} rows")
            candidate = self.fitted[key]
            if trial.eval_view is not None:
                seen = self.task.observe(candidate, trial.eval_view, self.protocol)
                self.evidence.append(seen.assign(split=trial.split, fold=trial.fold))
                self._explain(candidate, trial)
                facts.append(f"{len(seen):,} observed")
        at = {"split": trial.split, "fold": trial.fold, "trained_through": trial.trained_through}
        self.trials.append({**at, "rows": rows, "settings": settings.model_dump()})
        return candidate

    def _explain(self, candidate: Candidate, trial: Trial) -> None:
        explain = getattr(self.task, "explain", None)
        said = explain(candidate, trial, self.protocol) if explain else None
        if said is not None:
            self.explanations.append(said.assign(split=trial.split, fold=trial.fold))

    def _fit(self, trial: Trial, settings: Settings, key: str) -> Candidate:
        def record(row: Mapping[str, float]) -> None:
            self.history.append({"split": trial.split, "fold": trial.fold, **row})

        candidate: Candidate = self.kind(settings)
        early = candidate.early_stopping
        view, tail = self.task.tail(trial.fit_view) if early else (trial.fit_view, None)
        context = FitContext(
            seed=trial.seed,
            threads=self.params.threads,
            device="auto",
            checkpoint_dir=self.root / ".penstock" / "checkpoints" / key[:16],
            validation_view=tail,
            record=record,
        )
        return candidate.fit(view, context)

    def _identity(self, trial: Trial, settings: Settings) -> dict[str, Any]:
        """Everything a fit depends on: its checkpoint is for no other."""
        rows = trial.fit_rows
        known = pd.util.hash_array(rows).sum() if rows is not None else (trial.split, trial.fold)
        code = code_of_model(Path(__file__).parents[1], self.block.task, self.block.model)
        return {
            "inputs": self.inputs,
            "group": self.block.inputs,
            "rows": str(known),
            "settings": settings.model_dump(),
            "model": f"{self.block.task}/{self.block.model}",
            "code": [sha256_of_file(file) for file in code],
            # What draws nothing is the same fit for any seed.
            "seed": trial.seed if getattr(self.kind, "seeded", True) else None,
            "threads": self.params.threads,
        }


def train(root: Path, params: Params, key: str) -> None:
    """Write models/P/C: evidence, history, the model of the final trial and its contract."""
    training = Training(root, params, key)
    block = training.block
    with timed(f"read {training.features.relative_to(root)}") as facts:
        dataset = narrowed(load(training.features), block.inputs, f"candidates.{key}.inputs")
        facts += [f"{rows:,} {name}" for name, rows in dataset.rows().items()]
    final, last = None, None
    for trial in training.task.trials(dataset, training.protocol, params.seed):
        if block.only and trial.eval_view is not None and trial.split not in block.only:
            continue
        candidate = training.run(trial)
        if trial.eval_view is None:
            final, last = candidate, trial
    assert final is not None and last is not None, "every task ends its trials with a final one"
    with atomic_folder(root / "models" / block.project / block.name) as folder:
        write_table(pd.concat(training.evidence, ignore_index=True), folder / "evidence.parquet")
        if training.explanations:
            table = pd.concat(training.explanations, ignore_index=True)
            write_table(table, folder / "explanations.parquet")
        rows = (json.dumps(row, sort_keys=True) + "\n" for row in training.history)
        write_text(folder / "history.jsonl", "".join(rows))
        write_json(folder / "trials.json", training.trials)
        write_json(folder / "importances.json", dict(final.importances() or {}))
        (folder / "model").mkdir()
        final.save(folder / "model")
        write_notes(folder / "model", dataset.notes)
        write_contract(
            folder,
            model=f"{block.task}/{block.model}",
            settings=training.settings("final").model_dump(),
            signature=Signature.from_notes(dataset.notes["signature"]),
            seed=params.seed,
            threads=params.threads,
            trained_through=last.trained_through,
        )


if __name__ == "__main__":
    run_stage(train)
