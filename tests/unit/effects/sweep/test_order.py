"""When trials start: in order, after all they learn from, as many at a time as there are places."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from penstock.core.config import load_params
from penstock.core.errors import UnknownName
from penstock.effects.sweep.errors import TooManyJobs
from penstock.effects.sweep.order import submit_in_order
from penstock.effects.sweep.run import Sweep
from tests.sweeps import CANDIDATE, end, make_study


def sweep_in(root: Path, **asked: Any) -> Sweep:
    study = make_study(root, parallel=3)
    study.write()  # begun before, so that no rows are looked at
    return Sweep(root, load_params(root), CANDIDATE, **asked)


def ended(sweep: Sweep, number: int) -> Future[None]:
    """The future of a trial that ends at once."""
    end(sweep.study, number, 0.5, **sweep.study.asked(number))
    future: Future[None] = Future()
    future.set_result(None)
    return future


def test_trials_run_in_order_and_those_that_have_ended_not_again(tmp_path: Path) -> None:
    sweep = sweep_in(tmp_path, trials=5, jobs=1)
    for number in (0, 1):
        end(sweep.study, number, 0.5)
    assert list(submit_in_order(sweep, lambda number: ended(sweep, number))) == [2, 3, 4]


def test_a_trial_waits_for_those_it_learns_from_though_a_place_is_free(tmp_path: Path) -> None:
    sweep = sweep_in(tmp_path, trials=5, jobs=2)
    started: dict[int, Future[None]] = {}

    def submit(number: int) -> Future[None]:
        started[number] = Future() if number == 0 else ended(sweep, number)
        return started[number]

    runner = Thread(target=submit_in_order, args=(sweep, submit), daemon=True)
    runner.start()
    runner.join(1.0)
    assert sorted(started) == [0, 1, 2]  # 3 learns from 0, which is at work
    end(sweep.study, 0, 0.5)
    started[0].set_result(None)
    runner.join(10.0)
    assert sorted(started) == [0, 1, 2, 3, 4]


def test_once_it_is_closed_no_trial_starts(tmp_path: Path) -> None:
    sweep = sweep_in(tmp_path, trials=4, jobs=1)

    def submit(number: int) -> Future[None]:
        sweep.close()
        return ended(sweep, number)

    assert list(submit_in_order(sweep, submit)) == [0]


def test_more_jobs_than_the_sweep_allows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyJobs, match=r"--jobs 4: sweeps\.fraud-tree\.parallel .* allows 3"):
        sweep_in(tmp_path, jobs=4)


def test_a_misspelt_candidate_is_told(tmp_path: Path) -> None:
    sweep_in(tmp_path)
    with pytest.raises(UnknownName, match="did you mean 'fraud-tree'"):
        Sweep(tmp_path, load_params(tmp_path), "fraud-tre")
