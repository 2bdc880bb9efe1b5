"""A stage as a child process: how it ended, its output, and that nothing of it is left."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from penstock.engine.graph.compile import compile_graph
from penstock.engine.meta import StageMeta
from penstock.engine.outcome import Outcome, Result
from penstock.engine.stages import Stage
from penstock.engine.worker import Crew
from tests.toy_graph import make_toy


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


def run(root: Path, address: str) -> tuple[Result, list[str]]:
    said: list[str] = []
    return Crew(root).run(compile_graph(root).stages[address], said.append), said


def test_a_stage_says_over_its_pipe_whether_it_ran_was_skipped_or_restored(toy: Path) -> None:
    first, said = run(toy, "fetch@a")
    assert first.outcome is Outcome.RAN
    assert "at work on a" in said
    again, said = run(toy, "fetch@a")
    assert again.outcome is Outcome.CACHED
    assert "at work on a" not in said
    (toy / "data" / "a.txt").unlink()
    restored, said = run(toy, "fetch@a")
    assert restored.outcome is Outcome.RESTORED
    assert "at work on a" not in said
    assert (toy / "data" / "a.txt").read_text() == "a\na\n"


def test_a_failure_says_what_the_stage_said(toy: Path) -> None:
    (toy / "fail-a").touch()
    result, _ = run(toy, "fetch@a")
    assert result.outcome is Outcome.FAILED
    assert "no such river" in result.message
    assert result.message.startswith("exit status 1\n")


def test_only_a_users_mistake_is_not_worth_another_attempt(toy: Path) -> None:
    (toy / "fail-a").touch()
    (toy / "refuse-b").touch()
    assert run(toy, "fetch@a")[0].again
    result, _ = run(toy, "fetch@b")
    assert (result.outcome, result.again) == (Outcome.FAILED, False)
    assert "params.yaml: no such bank" in result.message


def test_a_stage_that_takes_too_long_is_ended_with_its_children(toy: Path) -> None:
    (toy / "hang-a").touch()
    stage = compile_graph(toy).stages["fetch@a"]
    hurried = Stage(**{**vars(stage), "meta": StageMeta(timeout="4s")})
    result = Crew(toy).run(hurried, lambda line: None)
    assert result.outcome is Outcome.FAILED
    assert "meta.timeout of 4s" in result.message
    assert_ended(toy)


def test_closing_the_crew_ends_what_is_at_work_and_starts_nothing_more(toy: Path) -> None:
    (toy / "hang-a").touch()
    crew, results = Crew(toy), []
    stages = compile_graph(toy).stages
    worker = threading.Thread(
        target=lambda: results.append(crew.run(stages["fetch@a"], lambda line: None))
    )
    worker.start()
    wait_for(toy / "hanging.txt")
    crew.close()
    worker.join(20)
    assert [result.outcome for result in results] == [Outcome.FAILED]
    assert_ended(toy)
    late = crew.run(stages["fetch@b"], lambda line: None)
    assert late.message == "not started: the run was stopped"


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not (path.is_file() and len(path.read_text().split()) == 2):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def assert_ended(root: Path) -> None:
    for pid in (root / "hanging.txt").read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
