"""States that follow the data: made of it, caught up with it, foreign to it, without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from penstock.core.config import Params, load_params
from penstock.core.dataset import Dataset, save
from penstock.serving.online.errors import (
    NoOnlineFeatures,
    PrepareFailed,
    StatesDamaged,
    StatesForeign,
    StatesUnreachable,
)
from penstock.serving.online.opening import open_features
from tests.online_world import WARM, Replay, differing, town
from tests.workspace import edit_params

Warm = Callable[[Path], Params]


def replace_data(root: Path, rows: int) -> None:
    save(Dataset({"transactions": town().known(rows)}), root / "data/fraud/valid")


def test_states_catch_up_with_data_that_grew_while_no_server_ran(
    tmp_path: Path, warm_workspace: Warm
) -> None:
    """Some of what the data brings was posted already, with its answers."""
    world, params = town(), warm_workspace(tmp_path)
    said: list[str] = []
    features = open_features(tmp_path, params, "fraud", said.append)
    for event in world.events(WARM, WARM + 200):
        features.admit(event)
        features.settle(event, b"yes")
    features.close()
    start, end = WARM + 1_500, WARM + 2_000
    replace_data(tmp_path, start)
    features = open_features(tmp_path, params, "fraud", said.append)
    assert "1,300 events and" in said[-1] and "; 200 had come already" in said[-1]
    replay = Replay(world, start)
    for row in range(start, end):
        replay.post(features, row)
    assert differing(replay.made[start:end], world.expected[start:end]) == 0
    features.close()


def test_without_data_states_serve_on_or_begin_with_nothing(
    tmp_path: Path, warm_workspace: Warm
) -> None:
    params = warm_workspace(tmp_path)
    event = town().events(WARM, WARM + 1)[0]
    shutil.rmtree(tmp_path / "data")
    said: list[str] = []
    features = open_features(tmp_path, params, "fraud", said.append)
    history = features.names.index("customer_history")
    assert said == []
    assert features.admit(event).vector[history] > 0
    features.close()
    shutil.rmtree(tmp_path / ".penstock")
    features = open_features(tmp_path, params, "fraud", said.append)
    assert "no data here: all entities are new" in said[0]
    assert features.admit(event).vector[history] == 0
    features.close()


def test_states_of_other_features_are_made_anew_or_refused(
    tmp_path: Path, warm_workspace: Warm
) -> None:
    projects = warm_workspace(tmp_path).model_dump(mode="json", exclude_unset=True)["projects"]
    projects["fraud"]["features"] |= {"big_ratio": 3.0}
    edit_params(tmp_path, projects=projects)
    params, said = load_params(tmp_path), []
    (tmp_path / "data").rename(tmp_path / "away")
    with pytest.raises(StatesForeign, match="dvc pull data/fraud/valid"):
        open_features(tmp_path, params, "fraud", said.append)
    (tmp_path / "away").rename(tmp_path / "data")
    open_features(tmp_path, params, "fraud", said.append).close()
    assert f"states made of {WARM:,} transactions" in said[-1]


def test_events_that_came_before_the_data_are_kept_when_it_comes(tmp_path: Path) -> None:
    world = town()
    params = world.workspace(tmp_path, 0)
    features = open_features(tmp_path, params, "fraud", lambda line: None)
    events, said = world.events(0, 1_001), []
    for event in events[:100]:
        features.admit(event)
    features.close()
    replace_data(tmp_path, 1_000)
    features = open_features(tmp_path, params, "fraud", said.append)
    assert "900 events and" in said[-1] and "; 100 had come already" in said[-1]
    assert features.admit(events[1_000]).vector.tobytes() == world.expected[1_000].tobytes()
    features.close()


def test_data_that_cannot_be_read_is_named_and_the_states_are_let_go(
    tmp_path: Path, warm_workspace: Warm
) -> None:
    params = warm_workspace(tmp_path)
    shutil.rmtree(tmp_path / ".penstock")
    table = tmp_path / "data/fraud/valid/transactions.parquet"
    table.write_bytes(table.read_bytes()[:1000])
    for _ in range(2):
        with pytest.raises(PrepareFailed, match=r"(?s)project 'fraud' could not .*no Parquet file"):
            open_features(tmp_path, params, "fraud", lambda line: None)


@pytest.mark.parametrize("name", ["states.db", "journal.db"])
def test_a_damaged_file_of_states_is_named_with_the_way_out(
    tmp_path: Path, warm_workspace: Warm, name: str
) -> None:
    params = warm_workspace(tmp_path)
    (tmp_path / ".penstock/serving/fraud" / name).write_bytes(b"no database" * 500)
    with pytest.raises(StatesDamaged, match=r"file is not a database\n  fix: rm -r .*/fraud"):
        open_features(tmp_path, params, "fraud", lambda line: None)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    params = town().workspace(tmp_path, 0)
    (tmp_path / ".penstock").write_text("a file")
    with pytest.raises(StatesUnreachable, match=r"Not a directory"):
        open_features(tmp_path, params, "fraud", lambda line: None)


def test_a_project_without_online_features_says_so(tmp_path: Path) -> None:
    params = town().workspace(tmp_path, 0)
    with pytest.raises(NoOnlineFeatures, match=r"project 'recommendation' has no online[.]py"):
        open_features(tmp_path, params, "recommendation")
