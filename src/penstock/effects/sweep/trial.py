"""One trial as a process of its own: `python -m penstock.effects.sweep.trial ROOT FOLDER N LIFE`.

It fits the candidate on each fold of the sweep's split, with the values that FOLDER says, and
writes how trial N ended there. LIFE is the descriptor of a pipe that the sweep holds open; at its
end, however it comes about, this process group is killed.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from penstock.core.config import Params
from penstock.core.dataset import load
from penstock.core.errors import PenstockError
from penstock.core.groups import narrowed
from penstock.core.stage import fix_threads, log
from penstock.core.telemetry import silence
from penstock.core.workspace import load_part
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.errors import FeaturesChanged, NoNumber
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.suggest import is_hopeless, known_to


def run_trial(study: Study, number: int) -> Ended:
    """Fit and score the folds one by one; stop where the trial has no hope.

    Only rows of the sweep's split are looked at; labels of judged rows only to score them.

    Raises:
        FeaturesChanged: they are not those of the study.
        NoNumber: a fold's metric is none.
    """
    start = time.perf_counter()
    from penstock.stages.train import Training

    values = study.asked(number)
    training = Training(study.root, _tuned(study, values), study.candidate)
    if training.inputs != study.features:
        raise FeaturesChanged(study)
    scorer = load_part("task", study.block.task, "scores")
    where = f"candidates.{study.candidate}.inputs"
    dataset = narrowed(load(training.features), study.block.inputs, where)
    known, state = known_to(study, number), State.COMPLETE
    folds: list[float] = []
    fits = training.task.folds(dataset, training.protocol, study.params.seed, study.sweep.split)
    for place, fit in enumerate(fits):
        if place and is_hopeless(study, known, folds):
            state = State.PRUNED
            break
        training.run(fit)
        predictions = scorer.join(training.evidence.pop(), dataset, training.protocol)
        folds.append(scorer.fold_score(predictions, training.protocol)[study.metric])
        if not math.isfinite(folds[-1]):
            raise NoNumber(study.metric, fit.fold, folds[-1])
        log.info("fold %d: %s %.4f", fit.fold, study.metric, folds[-1])
        training.fitted.clear()
    seconds = round(time.perf_counter() - start, 1)
    return Ended(number, state, values, tuple(folds), seconds)


def _tuned(study: Study, values: dict[str, Any]) -> Params:
    """The study's params with the trial's values in place, whatever budget or split says."""
    asked = study.asked_now | values
    plain = {"params": asked, "budget": None, "budgets": {}, "splits": {}}
    block = study.block.model_copy(update=plain)
    return study.params.model_copy(update={"candidates": {study.candidate: block}})


def _end_with(life: int) -> None:
    os.set_inheritable(life, False)
    os.read(life, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main(arguments: list[str]) -> int:
    """The exit status: 0 once the end of the trial is written."""
    root, folder, number, life = arguments
    threading.Thread(target=_end_with, args=(int(life),), daemon=True).start()
    silence()
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout, force=True)
    try:
        study = Study.read(Path(folder), Path(root))
        fix_threads(study.params.threads)
        study.end(run_trial(study, int(number)))
    except PenstockError as error:
        print(" ".join(str(error).split()))  # its last line is what is told of a trial
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
