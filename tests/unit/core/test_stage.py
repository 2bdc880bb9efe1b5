"""A stage as a process: one argument, errors without a traceback."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest

from penstock.core.config import Params
from penstock.core.stage import USER_MISTAKE, fix_threads, run_stage, timed
from penstock.sources.errors import AllMirrorsFailed

PARAMS = "seed: 1\nthreads: 3\nprojects: {}\ncandidates: {}\n"


def busy(root: Path, params: Params, key: str) -> None:
    """A stage that knows no project at all."""
    params.project(key)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dvc.yaml").touch()
    (tmp_path / "params.yaml").write_text(PARAMS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["stage", *arguments])
    with pytest.raises(SystemExit) as caught:
        run_stage(busy)
    return caught.value.code


@pytest.mark.usefixtures("checkout")
def test_a_users_mistake_is_a_message_and_an_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "bank") == USER_MISTAKE
    assert "no project 'bank' in projects of params.yaml" in capsys.readouterr().err
    assert os.environ["OMP_NUM_THREADS"] == "3"


@pytest.mark.usefixtures("checkout")
def test_a_stage_without_its_key_says_how_it_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 2
    assert "usage: python -m penstock.stages.test_stage KEY" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_threads_are_fixed_for_every_library() -> None:
    fix_threads(5)
    assert os.environ["OPENBLAS_NUM_THREADS"] == os.environ["NUMBA_NUM_THREADS"] == "5"


def test_a_step_logs_its_facts_and_how_long_it_took(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "penstock"), timed("read x") as facts:
        facts.append("3 rows")
    assert caplog.messages[0].startswith("read x: 3 rows (0.")


@pytest.mark.usefixtures("checkout")
def test_ctrl_c_is_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(root: Path, params: Params, key: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["stage", "bank"])
    with pytest.raises(SystemExit) as left:
        run_stage(interrupted)
    assert left.value.code == 130
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.usefixtures("checkout")
def test_what_may_pass_by_itself_is_told_from_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(root: Path, params: Params, key: str) -> None:
        raise AllMirrorsFailed("bank", [("https://example.org/x", "no route")], ["try later"])

    monkeypatch.setattr(sys, "argv", ["stage", "bank"])
    with pytest.raises(SystemExit) as left:
        run_stage(offline)
    assert left.value.code == 1
