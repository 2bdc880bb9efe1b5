"""Back to the champion before: at once, written down, and never to what nobody kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from penstock.core.errors import UnknownName
from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile, NoChampion, NotKept
from penstock.effects.rollback import AmbiguousKey, NothingToRollBackTo, rollback
from tests.champions import PROJECT, crown, keep, pointer_to
from tests.published_workspace import PARAMS
from tests.workspace import environment

HEAVY = ("pandas", "numpy", "pyarrow", "mlflow", "fsspec", "sqlalchemy", "dvc", "prefect")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    (tmp_path / "params.yaml").write_text(PARAMS)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    return tmp_path


@pytest.fixture
def store(root: Path) -> Store:
    return Store.open(root)


@pytest.mark.curriculum("O30")
def test_the_champion_before_is_champion_again(root: Path, store: Store) -> None:
    a, b, c = keep(store, root, "a"), keep(store, root, "b", "net"), keep(store, root, "c")
    crown(store, a, b, c)
    receipt = rollback(root, PROJECT)
    assert (receipt["from"], receipt["to"], receipt["changed"]) == (c.key, b.key, True)
    assert store.pointer(PROJECT) == pointer_to(b, a, decision=receipt["id"])
    assert receipt["says"].startswith(
        f"river: rolled back from tree {c.key[:12]} to net {b.key[:12]} (trained through 2018-"
    )
    rollback(root, PROJECT)
    assert store.versions(PROJECT) == [a.key, b.key, c.key]
    with pytest.raises(NothingToRollBackTo, match=r"tree a{12} is the first.*\n  fix: penstock"):
        rollback(root, PROJECT)


def test_a_rollback_is_a_decision_with_a_page(root: Path, store: Store) -> None:
    a, b = keep(store, root, "a"), keep(store, root, "b")
    crown(store, a, b)
    receipt = rollback(root, PROJECT)
    [decision] = store.decisions(PROJECT)
    assert decision == {k: v for k, v in receipt.items() if k not in ("changed", "page")}
    assert (decision["kind"], decision["from"], decision["to"]) == ("rollback", b.key, a.key)
    page = Path(receipt["page"]).read_text()
    assert receipt["id"] in page
    assert a.key in page and b.key in page


def test_a_key_goes_back_several_steps_and_twice_is_once(root: Path, store: Store) -> None:
    a, b, c = (keep(store, root, one) for one in "abc")
    crown(store, a, b, c)
    assert rollback(root, PROJECT, "aaa")["changed"]
    again = rollback(root, PROJECT, "aaa")
    assert not again["changed"] and "is the champion already" in again["says"]
    assert store.pointer(PROJECT) == pointer_to(a, decision=store.decisions(PROJECT)[-1]["id"])
    assert len(store.decisions(PROJECT)) == 1


def test_a_model_that_was_never_champion_is_no_way_back(root: Path, store: Store) -> None:
    a, b, waits = (keep(store, root, one) for one in "abc")
    crown(store, a, b)
    with pytest.raises(UnknownName, match=r"no key 'ccc' in the champions so far"):
        rollback(root, PROJECT, waits.key[:3])
    assert store.pointer(PROJECT) == pointer_to(b, a)


def test_too_few_digits_of_a_key_are_refused(root: Path, store: Store) -> None:
    a, b = keep(store, root, "a"), keep(store, root, "b")
    crown(store, a, b)
    with pytest.raises(AmbiguousKey, match=r"2 keys begin so: b{64}, a{64}\n  fix: give more"):
        rollback(root, PROJECT, "")


@pytest.mark.parametrize("project", ["river", "rivr"])
def test_without_a_champion_there_is_nothing_to_roll_back(root: Path, project: str) -> None:
    expected = NoChampion if project == "river" else UnknownName
    with pytest.raises(expected, match=r"fix: penstock promote river|did you mean 'river'"):
        rollback(root, project)


def test_params_that_are_being_edited_stop_no_rollback(root: Path, store: Store) -> None:
    crown(store, keep(store, root, "a"), keep(store, root, "b"))
    (root / "params.yaml").write_text("projects: [\n")
    assert rollback(root, PROJECT)["to"] == "a" * 64


@pytest.mark.parametrize("part", ["", "version.json", "model/model.json"])
def test_a_champion_whose_model_is_lost_is_not_gone_back_to(
    root: Path, store: Store, part: str
) -> None:
    a, b = keep(store, root, "a"), keep(store, root, "b")
    crown(store, a, b)
    lost = root / "champions" / PROJECT / "models" / a.key / part
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    with pytest.raises(NotKept, match=r"no whole model 'a{64}'"):
        rollback(root, PROJECT)
    assert store.pointer(PROJECT) == pointer_to(b, a)


def test_a_damaged_pointer_is_set_again_as_its_error_says(root: Path, store: Store) -> None:
    a, b = keep(store, root, "a"), keep(store, root, "b")
    crown(store, a, b)
    pointer = root / "champions" / "river.json"
    pointer.write_text("{")
    with pytest.raises(BadFile, match=r"move it away, then: penstock rollback river --to KEY"):
        rollback(root, PROJECT)
    pointer.rename(pointer.with_suffix(".broken"))
    receipt = rollback(root, PROJECT, "b")
    assert receipt["from"] is None
    assert store.pointer(PROJECT) == pointer_to(b, decision=receipt["id"])


def test_the_command_says_from_what_to_what_and_what_to_do_next(root: Path, store: Store) -> None:
    crown(store, keep(store, root, "a"), keep(store, root, "b", "net"))
    env = environment(root) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "penstock.cli", "rollback", PROJECT]
    first, second = (
        subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
        for _ in range(2)
    )
    said = " ".join(first.stdout.split())
    assert (first.returncode, first.stderr) == (0, "")
    assert f"rolled back from net {'b' * 12} to tree {'a' * 12}" in said
    assert f"decision {root}/champions/river/decisions/rollback-" in said
    assert "next: penstock lineage river" in said
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("river: nothing to roll back to")


def test_nothing_heavy_is_imported_before_the_pointer_is_flipped(root: Path, store: Store) -> None:
    crown(store, keep(store, root, "a"), keep(store, root, "b"))
    script = (
        "import sys\n"
        "def hook(event, told):\n"
        "    if event == 'os.rename' and str(told[1]).endswith('river.json'):\n"
        f"        print('heavy:', [one for one in {HEAVY!r} if one in sys.modules])\n"
        "sys.addaudithook(hook)\n"
        "from penstock.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "rollback", PROJECT, "--json"],
        cwd=root, env=environment(root) | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, rest = done.stdout.split("\n", 1)
    assert first == "heavy: []"
    told = json.loads(rest)
    assert told["to"] == "a" * 64
    assert told["registry"] == "MLflow: nothing was published from here, so no alias follows"
