"""What a trial tries, and whether it goes on: both follow from earlier trials by number alone.

Trial n learns from the trials up to n - `parallel`, which have all ended before it starts, and
keeps away from those between, whether they have ended by then or not. So the same study gives the
same trials, however many run beside one another and wherever it was killed and taken up again.
Optuna is asked afresh for every trial, with a seed of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.space import distributions, from_settings, to_settings
from penstock.effects.sweep.study import Study

if TYPE_CHECKING:
    import optuna


def known_to(study: Study, number: int) -> list[Ended]:
    """The trials that trial `number` learns from."""
    return list(study.all_ended(number - study.sweep.parallel + 1))


def suggest(study: Study, number: int) -> dict[str, Any]:
    """The hyper-parameters that trial `number` tries; trial 0 tries the present ones."""
    if number == 0:
        return study.present
    import optuna
    from optuna.trial import TrialState, create_trial

    space = study.sweep.space
    sampler = optuna.samplers.TPESampler(
        seed=_seed(study, number), n_startup_trials=study.sweep.startup
    )
    asked = _optuna_study(study, known_to(study, number), sampler=sampler)
    for beside in range(max(0, number - study.sweep.parallel + 1), number):
        values = from_settings(space, study.asked(beside))
        if values is not None:
            running = create_trial(
                state=TrialState.RUNNING, params=values, distributions=distributions(space)
            )
            asked.add_trial(running)
    return to_settings(space, asked.ask(distributions(space)).params)


def is_hopeless(study: Study, known: Sequence[Ended], folds: Sequence[float]) -> bool:
    """Whether the mean over `folds` is below the percentile of those that `known` had by then."""
    if study.sweep.prune_below is None:
        return False
    import optuna
    from optuna.trial import TrialState, create_trial

    # Optuna's percentile is the share that is kept.
    pruner = optuna.pruners.PercentilePruner(100 - study.sweep.prune_below, study.sweep.startup)
    step = len(folds) - 1
    mean = {step: sum(folds) / len(folds)}
    judged = create_trial(state=TrialState.RUNNING, intermediate_values=mean)
    return pruner.prune(_optuna_study(study, known, bare=True), judged)


def twin(study: Study, number: int, values: dict[str, Any]) -> int | None:
    """The first earlier trial with the very same values, which need not be tried again."""
    return next((one for one in range(number) if study.asked(one) == values), None)


def _optuna_study(
    study: Study,
    known: Iterable[Ended],
    sampler: optuna.samplers.BaseSampler | None = None,
    bare: bool = False,
) -> optuna.Study:
    """In memory, with the trials known; `bare` without what they tried."""
    import optuna
    from optuna.trial import TrialState, create_trial

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    made = optuna.create_study(direction=study.direction, sampler=sampler)
    space = study.sweep.space
    for one in known:
        values = {} if bare else from_settings(space, one.values)
        if one.state is State.FAILED or values is None:
            continue
        complete = one.state is State.COMPLETE
        made.add_trial(
            create_trial(
                state=TrialState.COMPLETE if complete else TrialState.PRUNED,
                value=one.value,
                params=values,
                distributions=distributions(space) if values else {},
                intermediate_values=dict(enumerate(one.means())),
            )
        )
    return made


def _seed(study: Study, number: int) -> int:
    text = f"{study.params.seed}/{number}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], "big")
