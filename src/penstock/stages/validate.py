"""Stage `validate`: raw through the gate; what passes is valid, what does not is said."""

from __future__ import annotations

from pathlib import Path

from penstock.core.config import Params
from penstock.core.contracts import Schema
from penstock.core.dataset import Dataset, read_manifest, save
from penstock.core.files import write_json, write_text
from penstock.core.stage import log, run_stage, timed
from penstock.core.workspace import load_part
from penstock.gates.evidence import evidence_folder, keep
from penstock.gates.judge import Judgement, judge, whole_suite
from penstock.gates.raw import read_raw
from penstock.gates.record import counts_of, record_of
from penstock.gates.stopped import GateStopped
from penstock.pages.gate import gate_page


def validate(root: Path, params: Params, key: str) -> None:
    """Read data/P/raw; write data/P/valid, reports/P/gate.json and reports/P/gate.html.

    Raises:
        GateStopped: an expectation is not met; the evidence lies in .penstock/gate/P/HASH.
        DatasetError: there are no raw data.
    """
    params.project(key)
    raw = root / "data" / key / "raw"
    files = read_manifest(raw)["files"]
    schema: Schema = load_part("project", key, "schema").SCHEMA
    part = load_part("project", key, "suite")
    suite = part.suite()
    dataset = _read(raw)
    with timed(f"{key}: gate") as facts:
        judgement = judge(dataset, schema, suite, part.inspect)
        facts.append(f"{len(judgement.findings)} expectations, {judgement.verdict}")
    home = evidence_folder(key, files, whole_suite(schema, suite))
    record = record_of(key, judgement, files, home.as_posix())
    page = gate_page(record)
    if judgement.of("quarantined", "stopped", "not checked"):
        keep(root / home, record, page, judgement)
        log.info("%s: evidence in %s", key, home)
    if judgement.valid is None:
        raise GateStopped(record)
    _write(root, key, judgement, record, page)


def _read(raw: Path) -> Dataset:
    with timed("read raw") as facts:
        dataset = read_raw(raw)
        facts += [f"{rows:,} rows of {name}" for name, rows in dataset.rows().items()]
    return dataset


def _write(
    root: Path, key: str, judgement: Judgement, record: dict[str, object], page: str
) -> None:
    assert judgement.valid is not None
    with timed("write valid") as facts:
        valid = judgement.valid
        notes = {**valid.notes, "raw": record["raw"], "gate": counts_of(record)}
        save(
            Dataset(valid.tables, valid.tensors, valid.environment, notes),
            root / "data" / key / "valid",
        )
        facts += [f"{rows:,} rows of {name}" for name, rows in valid.rows().items()]
    write_json(root / "reports" / key / "gate.json", record)
    write_text(root / "reports" / key / "gate.html", page)


if __name__ == "__main__":
    run_stage(validate)
