"""The models that answer follow the store; what can't be opened changes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.effects.champions import Store
from penstock.effects.champions.errors import NoChampion
from penstock.effects.rollback import rollback
from penstock.serving.rollout.rollout import Rollout
from penstock.serving.rollout.settings import RolloutSettings
from tests.champions import PROJECT, crown, keep
from tests.predictions import Sums, open_sums

Opener = Callable[..., Rollout]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    rollouts: list[Rollout] = []

    def open_one(**settings: Any) -> Rollout:
        terms = parse(RolloutSettings, settings, "serving.rollout.river")
        rollouts.append(Rollout(tmp_path, PROJECT, terms, open_sums))
        return rollouts[-1]

    yield open_one
    for one in rollouts:
        one.close()


def answering(rollout: Rollout, entities: int = 50) -> set[str]:
    """Digits of the keys of the models that answer."""
    return {rollout.choose(str(n))[0].origin.key[0] for n in range(entities)}


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.01)


def test_a_project_without_a_champion_is_not_served(opened: Opener) -> None:
    with pytest.raises(NoChampion):
        opened()


def test_the_champion_answers_everybody(store: Store, tmp_path: Path, opened: Opener) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    rollout = opened()
    assert answering(rollout) == {"1"} and rollout.shadows() == ()
    assert not rollout.check()
    state = rollout.state()
    assert (state.mode, state.challenger, state.swaps, state.problem) == ("off", None, 0, None)


def test_a_rollback_is_followed_by_itself(store: Store, tmp_path: Path, opened: Opener) -> None:
    crown(store, *(keep(store, tmp_path / "made", digit) for digit in "12"))
    rollout = opened(watch_seconds=0.01)
    rollout.start()
    assert answering(rollout) == {"2"}
    rollback(tmp_path, PROJECT)
    wait_for(lambda: answering(rollout) == {"1"})
    assert rollout.state().swaps == 1


def test_nobody_is_without_an_answer_while_models_change(
    store: Store, tmp_path: Path, opened: Opener
) -> None:
    versions = [keep(store, tmp_path / "made", digit) for digit in "12"]
    crown(store, *versions)
    rollout = opened(watch_seconds=0.001)
    rollout.start()
    ended, seen, wrong = threading.Event(), set(), []

    def ask() -> None:
        while not ended.is_set():
            served, arm = rollout.choose("card")
            seen.add(served.origin.key[0])
            if not isinstance(served, Sums) or arm != "champion":
                wrong.append(served)

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(3):
        rollback(tmp_path, PROJECT)
        wait_for(lambda: rollout.state().champion.key[0] == "1")
        pointer = store.pointer(PROJECT)
        assert pointer is not None
        forward = pointer.model_copy(
            update={"key": versions[1].key, "previous": (versions[0].key,)}
        )
        store.point(PROJECT, forward, pointer.key)
        wait_for(lambda: rollout.state().champion.key[0] == "2")
    ended.set()
    asker.join()
    assert (seen, wrong) == ({"1", "2"}, [])


def damage(root: Path, digit: str, text: str) -> Path:
    path = root / "champions" / PROJECT / "models" / (digit * 64) / "model" / "model.json"
    path.write_text(text)
    return path


def test_a_damaged_model_never_answers_and_the_old_one_goes_on(
    store: Store, tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    crown(store, *(keep(store, tmp_path / "made", digit) for digit in "12"))
    rollout = opened()
    path = damage(tmp_path, "1", "model f\n")
    rollback(tmp_path, PROJECT)
    assert not rollout.check()
    assert answering(rollout) == {"2"}
    assert "expected sha256" in str(rollout.state().problem)
    path.write_text("model 1\n")
    assert not rollout.check(), "it is not read again and again"
    monkeypatch.setattr("penstock.serving.rollout.rollout.RETRY_SECONDS", 0.0)
    assert rollout.check()
    assert (answering(rollout), rollout.state().problem) == ({"1"}, None)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"schema": 1, "key": "../../etc"}'])
def test_a_damaged_pointer_changes_nothing(
    store: Store, tmp_path: Path, opened: Opener, content: bytes
) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    rollout = opened()
    (tmp_path / "champions" / f"{PROJECT}.json").write_bytes(content)
    assert not rollout.check()
    assert answering(rollout) == {"1"} and rollout.state().problem


def test_a_pointer_that_goes_away_changes_nothing(
    store: Store, tmp_path: Path, opened: Opener
) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    rollout = opened()
    (tmp_path / "champions" / f"{PROJECT}.json").unlink()
    assert not rollout.check()
    assert answering(rollout) == {"1"}
    assert "it has no champion yet" in str(rollout.state().problem)


def test_a_challenger_has_its_share_by_key_or_by_name(
    store: Store, tmp_path: Path, opened: Opener
) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    waits = keep(store, tmp_path / "made", "2", candidate="net")
    store.add_challenger(PROJECT, waits)
    for named in ("net", "222222", waits.key):
        rollout = opened(mode="ab", challenger=named, share=0.5)
        assert answering(rollout) == {"1", "2"} and rollout.shadows() == ()
        state = rollout.state()
        assert (state.share, state.challenger.candidate, state.swaps) == (0.5, "net", 0)


def test_a_shadow_answers_nobody(store: Store, tmp_path: Path, opened: Opener) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    keep(store, tmp_path / "made", "2")
    rollout = opened(mode="shadow", challenger="222222")
    assert answering(rollout) == {"1"}
    assert [one.origin.key for one in rollout.shadows()] == ["2" * 64]


@pytest.mark.parametrize("named", ["222222", "nett", "111111"])
def test_a_challenger_that_is_none_leaves_the_champion_alone(
    store: Store, tmp_path: Path, opened: Opener, named: str
) -> None:
    crown(store, keep(store, tmp_path / "made", "1"))
    store.add_challenger(PROJECT, keep(store, tmp_path / "made", "3", candidate="net"))
    rollout = opened(mode="ab", challenger=named, share=1.0)
    assert answering(rollout) == {"1"}
    problem = rollout.state().problem
    if named == "111111":  # it is the champion itself
        assert problem is None
    else:
        assert f"serving.rollout.river.challenger: '{named}'" in str(problem)
        assert named != "nett" or "did you mean 'net'?" in str(problem)


def test_a_challenger_that_waits_no_longer_goes_on_until_it_is_champion(
    store: Store, tmp_path: Path, opened: Opener
) -> None:
    first = keep(store, tmp_path / "made", "1")
    crown(store, first)
    waits = keep(store, tmp_path / "made", "2", candidate="net")
    store.add_challenger(PROJECT, waits)
    rollout = opened(mode="ab", challenger="net", share=0.5)
    store.drop_challenger(PROJECT, waits.key)
    assert not rollout.check()
    assert answering(rollout) == {"1", "2"}
    pointer = store.pointer(PROJECT)
    assert pointer is not None
    store.point(PROJECT, pointer.model_copy(update={"key": waits.key}), first.key)
    assert rollout.check()
    assert (answering(rollout), rollout.state().challenger) == ({"2"}, None)


def test_a_bucket_is_followed_too(
    tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PENSTOCK_CHAMPIONS", f"memory://{tmp_path.name}/champions")
    store = Store.open(tmp_path)
    crown(store, *(keep(store, tmp_path / "made", digit) for digit in "12"))
    rollout = opened(watch_bucket_seconds=0.01, watch_seconds=60)
    rollout.start()
    assert answering(rollout) == {"2"}
    rollback(tmp_path, PROJECT)
    wait_for(lambda: answering(rollout) == {"1"})


def test_a_challenger_that_comes_to_wait_is_seen_by_itself(
    store: Store, tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock.serving.rollout.rollout.LOOK_SECONDS", 0.0)
    crown(store, keep(store, tmp_path / "made", "1"))
    rollout = opened(mode="shadow", challenger="net", watch_seconds=0.01)
    rollout.start()
    assert "no candidate of that name waits" in str(rollout.state().problem)
    store.add_challenger(PROJECT, keep(store, tmp_path / "made", "2", candidate="net"))
    wait_for(lambda: len(rollout.shadows()) == 1)
    assert rollout.state().problem is None


def test_a_mode_without_a_challenger_is_a_mistake_of_params() -> None:
    with pytest.raises(ParamsError, match="needs a challenger"):
        parse(RolloutSettings, {"mode": "ab"}, "serving.rollout.river")
    with pytest.raises(ParamsError, match="share"):
        parse(RolloutSettings, {"share": 1.5}, "serving.rollout.river")
