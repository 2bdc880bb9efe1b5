"""Hashes and keys out of dvc.lock."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from penstock.core.errors import DatasetError, DocumentError
from penstock.core.files import write_json
from penstock.lineage import (
    NotAsLocked,
    NotBuilt,
    check_out,
    evaluate_address,
    evaluated_project,
    features_hash,
    lock_revision,
    locked_addresses,
    md5_of,
    raw_hashes,
    read_lock,
)
from tests.toy_graph import make_toy, repro

LOCK = """\
schema: '2.0'
stages:
  train@river-tree:
    cmd: python -m penstock.stages.train river-tree
    deps:
    - {path: data/river/features, hash: md5, md5: aa.dir, size: 10, nfiles: 2}
    params:
      params.yaml: {seed: 1, candidates.river-tree: {params: {max_depth: 6}}}
    outs:
    - {path: models/river/tree, hash: md5, md5: bb.dir, size: 10, nfiles: 2}
  evaluate@river:
    cmd: python -m penstock.stages.evaluate river
    deps:
    - {path: models/river, hash: md5, md5: cc.dir, size: 10, nfiles: 2}
    outs:
    - {path: reports/river/metrics.json, hash: md5, md5: dd, size: 10}
"""
BOTH = ["train@river-tree", "evaluate@river"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dvc.lock").write_text(LOCK)
    return tmp_path


def key(root: Path, text: str = LOCK, part: str = "") -> str:
    (root / "dvc.lock").write_text(text)
    return read_lock(root).content_key(BOTH, part)


def test_an_entry_tells_deps_params_and_outs(root: Path) -> None:
    entry = read_lock(root).entry("train@river-tree")
    assert entry.deps == {"data/river/features": "aa.dir"}
    assert entry.params == {"seed": 1, "candidates.river-tree": {"params": {"max_depth": 6}}}
    assert entry.outs == {"models/river/tree": "bb.dir"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("md5: aa", "md5: a1"), ("md5: bb", "md5: b1"), ("md5: dd", "md5: d1"), ("th: 6", "th: 7")],
)
def test_the_key_changes_with_any_dep_out_or_param(root: Path, old: str, new: str) -> None:
    assert key(root) != key(root, LOCK.replace(old, new))


def test_the_key_is_told_by_content_not_by_order_or_size(root: Path) -> None:
    shuffled = read_yaml(root / "dvc.lock")
    shuffled["stages"] = dict(reversed(shuffled["stages"].items()))
    before = key(root)
    assert key(root, str(shuffled)) == before
    assert key(root, LOCK.replace("size: 10", "size: 11")) == before


def test_the_key_tells_apart_what_the_same_stages_make_several_of(root: Path) -> None:
    assert key(root, part="blend") != key(root, part="stack")


def test_a_stage_that_never_ran_is_answered_with_the_command(root: Path) -> None:
    with pytest.raises(NotBuilt, match="no entry for train@river-oak\n  fix: dvc repro train@r"):
        read_lock(root).content_key(["train@river-oak"])


def test_without_a_lock_nothing_is_listed(tmp_path: Path) -> None:
    assert locked_addresses(tmp_path) == []


def test_a_lock_that_dvc_did_not_write_is_one_clear_error(root: Path) -> None:
    (root / "dvc.lock").write_text("stages: [a, b]")
    with pytest.raises(DocumentError, match=r"dvc\.lock: not as DVC writes it"):
        read_lock(root)


def test_features_are_known_by_what_the_stage_read(root: Path) -> None:
    assert features_hash(read_lock(root), "river", "train@river-tree") == "aa.dir"


def test_raw_data_is_known_by_what_the_features_were_made_of(root: Path) -> None:
    folder = root / "data" / "river" / "features"
    notes = {"raw": {"rows.parquet": "ab" * 32}}
    write_json(folder / "manifest.json", {"files": {}, "rows": {}, "notes": notes})
    assert raw_hashes(root, "river") == {"rows.parquet": "ab" * 32}
    with pytest.raises(DatasetError, match="fix: "):
        raw_hashes(root, "lake")


def test_only_an_evaluation_names_its_project() -> None:
    assert evaluated_project(evaluate_address("river")) == "river"
    assert evaluated_project("train@river-tree") is None
    assert evaluated_project("sign") is None


def test_what_a_killed_process_left_behind_is_no_part_of_a_folder(tmp_path: Path) -> None:
    root = make_toy(tmp_path)
    repro(root)
    whole = md5_of(root / "data")
    for name in (
        ".a.txt.x1.part",
        ".SiMq7JhBqJouvc9Z9VvPJw.tmp",
        "a.txt.SiMq7JhBqJouvc9Z9VvPJw.tmp",
    ):
        (root / "data" / name).touch()
    assert md5_of(root / "data") == whole
    assert "up to date" in repro(root)


def test_files_and_folders_have_the_md5_that_dvc_records(tmp_path: Path) -> None:
    root = make_toy(tmp_path / "toy")
    step = "import pathlib; p = pathlib.Path('made/b/c'); p.mkdir(parents=True); "
    step += "[(p / n).write_text(n) for n in 'zaé']; pathlib.Path('made/b.txt').write_text('')"
    (root / "make.py").write_text(step)
    (root / "dvc.yaml").write_text(
        textwrap.dedent("""\
        stages:
          make:
            cmd: python make.py
            deps: [make.py]
            outs: [made]
        """)
    )
    repro(root)
    entry = read_lock(root).entry("make")
    assert entry.outs == {"made": md5_of(root / "made")}
    assert entry.deps == {"make.py": md5_of(root / "make.py")}
    assert check_out(root, entry, "made") == root / "made"
    (root / "made" / "b.txt").unlink()
    with pytest.raises(NotAsLocked, match=r"made: dvc.lock records md5 \w+.dir, found md5"):
        check_out(root, entry, "made")


def test_a_lock_has_a_revision_once_it_is_committed(root: Path) -> None:
    assert lock_revision(root) is None
    for command in ("init -q", "add .", "commit -qm built"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True
    )
    assert lock_revision(root) == head.stdout.strip()
    (root / "dvc.lock").write_text(LOCK.replace("aa", "ab"))
    assert lock_revision(root) is None
