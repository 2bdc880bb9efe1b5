"""evaluate: labels joined to evidence; metrics with intervals, predictions, plots and a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from penstock.core.config import Params
from penstock.core.contracts import Scores
from penstock.core.dataset import Dataset, load
from penstock.core.errors import CandidatesDisagree
from penstock.core.files import atomic, link, read_json, write_json, write_text
from penstock.core.settings import parse
from penstock.core.stage import run_stage, timed
from penstock.core.workspace import load_part
from penstock.pages.plots import write_plots
from penstock.pages.report import ReportPage, render_report
from penstock.scoring.contributions import PREFIX
from penstock.scoring.telling import told
from penstock.scoring.wording import phrases_of

SUMMARY_DIGITS = 4
PREDICTIONS = "predictions.parquet"
EXPLANATIONS = "explanations.parquet"


def evaluate(root: Path, params: Params, key: str) -> None:
    """Write reports/`key` from data/`key`/features, models/`key` and ensembles/`key`."""
    project = params.project(key)
    trials, scorer = (load_part("task", project.task, part) for part in ("trials", "scores"))
    protocol = parse(trials.ProtocolSettings, project.whole_protocol, f"projects.{key}.protocol")
    models = root / "models" / key
    check_candidates(key, models, project.candidates)
    folders = {name: models / name for name in project.candidates}
    folders |= {name: root / "ensembles" / key / name for name in project.ensembles}
    with timed(f"read data/{key}/features") as facts:
        dataset = load(root / "data" / key / "features")
        facts += [f"{rows:,} {name}" for name, rows in dataset.rows().items()]
    predictions, scores = {}, {}
    for name, folder in folders.items():
        with timed(f"scored {name}") as facts:
            evidence = pq.read_table(folder / "evidence.parquet").to_pandas()
            predictions[name] = scorer.join(evidence, dataset, protocol)
            scores[name] = scorer.score(predictions[name], protocol, params.seed)
            facts.append(f"{len(evidence):,} predictions")
    report = scorer.report(predictions, dataset, protocol, _explanations(folders, key, dataset))
    decide: Callable[..., Any] = getattr(scorer, "decisions", lambda *_: {})
    gate = read_json(root / "reports" / key / "gate.json")
    target = root / "reports" / key
    with timed(f"wrote {target.relative_to(root)}"):
        _write_metrics(target, scores, scorer.metrics(protocol))
        write_json(target / "decisions.json", decide(predictions, dataset, protocol))
        write_predictions(target / PREDICTIONS, predictions)
        if hasattr(scorer, "ALSO_CALLED"):
            link(target / scorer.ALSO_CALLED, PREDICTIONS)
        write_plots(report.charts, target / "plots")
        published = project.published
        page = ReportPage(
            project=key,
            task=project.task,
            metrics=scorer.metrics(protocol),
            leads_on=scorer.leads_on(protocol, list(next(iter(scores.values())))),
            scores=scores,
            report=report,
            importances={name: _importances(folder) for name, folder in folders.items()},
            histories={name: _history(folder) for name, folder in folders.items()},
            variants=params.variants(key),
            gate=gate,
            facts=_facts(gate, dataset, params),
            published=published.figures if published else {},
            published_source=published.source if published else "",
            ceiling=published.ceiling.figures if published and published.ceiling else {},
            ceiling_source=published.ceiling.source if published and published.ceiling else "",
        )
        write_text(target / "index.html", render_report(page))


def check_candidates(project: str, models: Path, listed: tuple[str, ...]) -> None:
    """Raises CandidatesDisagree where models/P and projects.P.candidates differ."""
    trained = {
        folder.name
        for folder in models.iterdir()
        if (folder / "evidence.parquet").is_file() and not folder.name.startswith(".")
    }
    missing = [name for name in listed if name not in trained]
    stale = sorted(trained - set(listed))
    if missing or stale:
        raise CandidatesDisagree(project, missing, stale)


def _write_metrics(target: Path, scores: Mapping[str, Scores], labels: Mapping[str, str]) -> None:
    full: dict[str, dict[str, dict[str, Any]]] = {
        name: {
            split: {metric: asdict(estimate) for metric, estimate in metrics.items()}
            for split, metrics in splits.items()
        }
        for name, splits in scores.items()
    }
    write_json(target / "metrics.json", full)
    summary = {
        name: {
            split: {m: round(metrics[m]["mean"], SUMMARY_DIGITS) for m in labels if m in metrics}
            for split, metrics in splits.items()
        }
        for name, splits in full.items()
    }
    write_json(target / "summary.json", summary)


def write_predictions(path: Path, predictions: Mapping[str, pd.DataFrame]) -> None:
    """One row group a candidate: all of them at once would be there three times over."""
    names = pd.CategoricalDtype([*predictions])
    found = (str(one) for rows in predictions.values() for one in rows["split"].unique())
    splits = pd.CategoricalDtype([*dict.fromkeys(found)])

    def named(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        candidate = pd.Categorical.from_codes([[*predictions].index(name)] * len(rows), dtype=names)
        return rows.assign(split=rows["split"].astype(splits), candidate=candidate)

    heads = [named(name, rows.head(1)) for name, rows in predictions.items()]
    schemas = [pa.Schema.from_pandas(head, preserve_index=False) for head in heads]
    schema = pa.unify_schemas(schemas, promote_options="permissive").remove_metadata()
    with atomic(path) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        for name, rows in predictions.items():
            table = named(name, rows).reindex(columns=schema.names)
            writer.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False))


def _importances(folder: Path) -> dict[str, float]:
    path = folder / "importances.json"
    found: dict[str, float] = read_json(path) if path.is_file() else {}
    return found


def _explanations(
    folders: Mapping[str, Path], project: str, dataset: Dataset
) -> dict[str, pd.DataFrame]:
    """What train let candidates say of themselves; shares of inputs in the words of the project."""
    files = {name: folder / EXPLANATIONS for name, folder in folders.items()}
    known = {
        name: pq.read_table(file).to_pandas() for name, file in files.items() if file.is_file()
    }
    phrases = phrases_of(project)
    return {
        name: told(phrases, said, dataset) if _holds_shares(said) else said
        for name, said in known.items()
    }


def _holds_shares(said: pd.DataFrame) -> bool:
    return any(str(column).startswith(PREFIX) for column in said.columns)


def _history(folder: Path) -> list[dict[str, Any]]:
    """What was recorded while the candidate learnt; nothing for one made of candidates."""
    path = folder / "history.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def _facts(gate: Mapping[str, Any], dataset: Dataset, params: Params) -> list[tuple[str, str]]:
    """What the page says of where the numbers come from."""
    source = dataset.notes.get("source", {})
    facts = [(f"source {name}", str(source[name])) for name in sorted(source) if source[name]]
    for part, files in (("raw", gate["raw"]), ("valid", dataset.notes.get("valid", {}))):
        facts += [(f"{part} {name} sha256", sha) for name, sha in files.items()]
    return [*facts, ("seed", str(params.seed)), ("threads", str(params.threads))]


if __name__ == "__main__":
    run_stage(evaluate)
