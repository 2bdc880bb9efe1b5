"""`penstock run` in processes of its own: what it builds, says, refuses, and leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import assert_gone, wait_until
from tests.toy_graph import environment, make_toy, ran, repro

ALL = ["fetch@a", "fetch@b", "join", "sign"]


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


def start(root: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "penstock.cli", "run", *arguments],
        cwd=root,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(root: Path, *arguments: str) -> tuple[int, str]:
    process = start(root, *arguments)
    output, _ = process.communicate(timeout=300)
    assert "Traceback" not in output
    return process.returncode, output


def outcomes(root: Path, *arguments: str) -> dict[str, str]:
    status, output = run(root, *arguments, "--json")
    found = json.loads(output)
    assert found["complete"] == (status == 0)
    return {one["stage"]: one["outcome"] for one in found["stages"]}


def test_a_run_leaves_the_very_lock_of_dvc_repro_and_then_finds_all_cached(
    toy: Path, tmp_path: Path
) -> None:
    other = make_toy(tmp_path / "other")
    repro(other)
    assert outcomes(toy, "-j", "2") == dict.fromkeys(ALL, "Ran")
    assert (toy / "dvc.lock").read_bytes() == (other / "dvc.lock").read_bytes()
    assert outcomes(toy) == dict.fromkeys(ALL, "Cached")
    assert "up to date" in repro(toy)
    assert sorted(ran(toy)) == ["a", "b", "join", "sign"]


def test_runs_of_both_kinds_take_turns_over_one_workspace(toy: Path) -> None:
    repro(toy, "fetch@a")
    assert outcomes(toy, "join") == {"fetch@a": "Cached", "fetch@b": "Ran", "join": "Ran"}
    repro(toy)
    assert outcomes(toy) == dict.fromkeys(ALL, "Cached")
    (toy / "source-b.txt").write_text("more\n")
    assert outcomes(toy) == dict.fromkeys(ALL, "Ran") | {"fetch@a": "Cached"}
    assert "up to date" in repro(toy)


def test_outs_that_were_made_before_are_restored(toy: Path) -> None:
    run(toy)
    shutil.rmtree(toy / "joined")
    assert outcomes(toy)["join"] == "Restored"
    assert len(ran(toy)) == 4


def test_forced_every_command_runs(toy: Path) -> None:
    run(toy)
    before = (toy / "dvc.lock").read_bytes()
    assert outcomes(toy, "--force") == dict.fromkeys(ALL, "Ran")
    assert (toy / "dvc.lock").read_bytes() == before


def test_a_dry_run_says_what_is_stale_and_why_and_runs_nothing(toy: Path) -> None:
    run(toy)
    (toy / "source-b.txt").write_text("more\n")
    status, output = run(toy, "--dry", "--json")
    plan = {one["address"]: (one["state"], one["why"]) for one in json.loads(output)}
    assert status == 0
    assert plan == {
        "fetch@a": ("current", ""),
        "fetch@b": ("stale", "deps: source-b.txt modified"),
        "join": ("maybe", "upstream: fetch@b"),
        "sign": ("maybe", "upstream: join"),
    }
    _, output = run(toy, "--dry")
    assert "1 stale, 2 maybe, 1 up to date; nothing was run" in output
    assert len(ran(toy)) == 4


def test_a_failure_lets_its_siblings_finish_and_ends_in_the_command_that_resumes(
    toy: Path,
) -> None:
    (toy / "fail-a").touch()
    status, output = run(toy, "sign")
    assert status == 1
    assert "fetch@a failed\n  exit status 1\n" in output
    assert "  no such river\n" in output
    assert ".penstock/logs/fetch@a.log" in output
    assert "not run, since they need what failed: join, sign" in output
    assert output.endswith("what ended is kept; to resume:  penstock run sign\n")
    assert "no such river" in (toy / ".penstock" / "logs" / "fetch@a.log").read_text()
    (toy / "fail-a").unlink()
    resumed = outcomes(toy, "sign")
    assert resumed == dict.fromkeys(ALL, "Ran") | {"fetch@b": "Cached"}


def test_a_stage_that_may_be_tried_again_is(toy: Path) -> None:
    (toy / "flaky-sign").touch()
    assert outcomes(toy)["sign"] == "Ran"
    assert "another attempt in" in (toy / ".penstock" / "logs" / "sign.log").read_text()


def test_a_users_mistake_is_not_tried_again(toy: Path) -> None:
    (toy / "refuse-sign").touch()
    status, output = run(toy)
    assert status == 1
    assert "params.yaml: no such bank" in output
    assert "another attempt" not in (toy / ".penstock" / "logs" / "sign.log").read_text()


def hang(root: Path, process: subprocess.Popen[str]) -> list[int]:
    """The hanging stage's process and its child, once both are there."""
    hanging = root / "hanging.txt"
    wait_until(lambda: hanging.is_file() and len(hanging.read_text().split()) == 2)
    assert process.poll() is None
    return [int(pid) for pid in hanging.read_text().split()]


def test_a_second_run_is_refused_in_one_sentence_or_waits_when_asked(toy: Path) -> None:
    (toy / "hang-a").touch()
    first = start(toy, "fetch@a")
    hang(toy, first)
    status, output = run(toy, "fetch@b")
    assert status == 1
    assert "run fetch@a (process " in output
    assert output.count("\n") == 2 and "fix: wait until it has ended" in output
    waiting = start(toy, "--wait", "fetch@b")
    wait_until(lambda: waiting.stdout is not None and "waiting" in waiting.stdout.readline())
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=20)
    output, _ = waiting.communicate(timeout=60)
    assert (waiting.returncode, "1 ran" in output) == (0, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_no_child_alive_and_no_half_written_output(
    toy: Path, number: signal.Signals
) -> None:
    (toy / "hang-a").touch()
    process = start(toy)
    pids = hang(toy, process)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert f"ended by {number.name}; what had ended before is kept" in output
    assert_gone(pids)
    assert not (toy / "data" / "a.txt").exists()
    (toy / "hang-a").unlink()
    assert outcomes(toy)["sign"] == "Ran"


def test_a_run_that_is_killed_takes_its_stages_with_it(toy: Path) -> None:
    (toy / "hang-a").touch()
    process = start(toy)
    pids = hang(toy, process)
    process.kill()
    process.communicate(timeout=20)
    assert_gone(pids)
    (toy / "hang-a").unlink()
    assert outcomes(toy)["sign"] == "Ran"


def test_a_killed_worker_is_a_failed_stage_that_may_be_tried_again(toy: Path) -> None:
    (toy / "hang-a").touch()
    process = start(toy, "fetch@a")
    pids = hang(toy, process)
    os.kill(os.getpgid(pids[0]), signal.SIGKILL)  # the worker leads the group of its stage
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "the worker was ended before it could report (killed by signal 9)" in output
    assert_gone(pids)


def test_a_stage_leaves_nothing_in_the_background(toy: Path) -> None:
    step = (toy / "step.py").read_text()
    left = 'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])'
    (toy / "step.py").write_text(step.replace('print("at work on", name)', f"left = {left}"))
    began = time.monotonic()
    assert outcomes(toy, "fetch@a") == {"fetch@a": "Ran"}
    assert time.monotonic() - began < 60  # not the 300 s of what it left


def test_a_misspelt_target_and_a_broken_lock_are_each_one_message(toy: Path) -> None:
    status, output = run(toy, "jion")
    assert (status, output) == (1, "no stage 'jion' in dvc.yaml; did you mean 'join'?\n")
    (toy / "dvc.lock").write_text("stages: [1")
    status, output = run(toy)
    assert status == 1 and output.startswith("dvc.lock: ") and "git checkout dvc.lock" in output


def test_half_a_list_of_readers_and_writers_stops_nobody(toy: Path) -> None:
    run(toy, "fetch@a")
    (toy / ".dvc" / "tmp" / "rwlock").write_text('{"read": {"/da')
    assert outcomes(toy)["sign"] == "Ran"
