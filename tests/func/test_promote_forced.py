"""Promotion against its enemies: a kill at any instant, and models that say they saw less."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from penstock.core.files import read_json, write_json
from penstock.effects.champions import Store
from penstock.effects.champions.errors import BadFile
from penstock.effects.champions.folder import Folder
from penstock.effects.judging import ForgedVersion
from penstock.effects.nominate import NotAsTrained
from penstock.effects.promote import promote
from penstock.lineage import NotAsLocked
from tests.promotion_workspace import (
    BEATEN,
    CROWNED,
    FIRST,
    Workspace,
    champion,
    crown,
    night,
)


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


class Killed(BaseException):
    """What a SIGKILL is to the code: no handler knows it."""


def kill_before_write(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The store's writes up to `number` are done, and nothing after them."""
    done = 0

    def wrap(name: str) -> Any:
        real = getattr(Folder, name)

        def write(self: Folder, *arguments: Any) -> Any:
            nonlocal done
            done += 1
            if done > number:
                raise Killed
            return real(self, *arguments)

        return write

    for name in ("write", "put", "delete"):
        monkeypatch.setattr(Folder, name, wrap(name))


def test_killed_at_any_write_it_leaves_the_old_champion_or_the_new_and_ends_the_same(
    work, tmp_path
):
    crown(work)
    params = work.build(BEATEN)
    old, start = champion(work), tmp_path / "start"
    work.remember(start)
    whole = promote(work.root, params, "fraud")
    seen = set()
    for number in range(100):
        shutil.rmtree(work.root)
        shutil.copytree(start, work.root)
        with pytest.MonkeyPatch.context() as patch:
            kill_before_write(patch, number)
            try:
                promote(work.root, params, "fraud")
            except Killed:
                pass
            else:
                break
        seen.add(champion(work))
        ended = promote(work.root, params, "fraud")
        assert ended["champion"] == champion(work) == whole["champion"]
        assert ended["decision"]["id"] == whole["decision"]["id"]
        assert ended["decision"]["judged"]["primary"] == whole["decision"]["judged"]["primary"]
        waiting = [one.key for one in Store.open(work.root).challengers("fraud")]
        assert waiting == [one["key"] for one in whole["decision"]["waiting"]]
        assert len(list((work.root / "champions/fraud/decisions").glob("*.json"))) == 4
    assert number > 5
    assert seen == {old, whole["champion"]}


def relock(work: Workspace, **trial: Any) -> None:
    """A model that was edited, and dvc.lock as if it had been trained so."""
    folder = work.root / "models/fraud/xgboost"
    contract = read_json(folder / "contract.json")
    write_json(folder / "contract.json", {**contract, "trained_through": "2018-04-01T00:00:00"})
    trials = read_json(folder / "trials.json")
    trials[-1] |= trial
    write_json(folder / "trials.json", trials)
    work.lock()


def test_a_model_that_says_it_saw_less_than_it_did_is_refused(work):
    """Else it would be judged on rows that it was trained on."""
    params = work.build(CROWNED)
    contract = work.root / "models/fraud/xgboost/contract.json"
    honest = contract.read_text()
    write_json(contract, {**json.loads(honest), "trained_through": "2018-04-01T00:00:00"})
    with pytest.raises(NotAsLocked, match="models/fraud/xgboost"):
        promote(work.root, params, "fraud")
    relock(work)
    with pytest.raises(NotAsTrained, match=r"trials\.json 2018-05-06[\s\S]*dvc repro --force"):
        promote(work.root, params, "fraud")
    relock(work, trained_through="2018-04-01T00:00:00")
    with pytest.raises(NotAsTrained, match="its training data 2018-05-06"):
        promote(work.root, params, "fraud")
    assert not (work.root / "champions").exists()


@pytest.mark.parametrize("forge", ["version", "contract", "entry"])
def test_a_kept_model_that_was_made_to_look_older_is_judged_by_nobody(work, forge):
    night(work, FIRST)
    kept = next((work.root / "champions/fraud/models").iterdir())
    waits = work.root / "champions/fraud/challengers" / f"{kept.name}.json"
    early = {"trained_through": "2018-04-08T00:00:00"}
    if forge == "contract":
        contract = read_json(kept / "contract.json")
        write_json(kept / "contract.json", {**contract, **early})
    for path in (kept / "version.json", waits):
        version = read_json(path)
        if forge == "version":
            version |= early
        elif forge == "entry":
            version["train_entry"]["deps"]["data/fraud/features"] = "0" * 32
        write_json(path, version)
    with pytest.raises(BadFile if forge == "contract" else ForgedVersion) as caught:
        night(work, CROWNED)
    says = {"version": "its contract.json 2018-04-22", "contract": "sha256", "entry": "its key is"}
    assert says[forge] in str(caught.value)
    assert champion(work) is None
