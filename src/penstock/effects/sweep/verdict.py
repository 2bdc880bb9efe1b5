"""How a sweep came out: the best trial beside the present setting, on the same folds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from penstock.core.config import PARAMS, load_params
from penstock.core.files import write_text
from penstock.effects.sweep.diff import changed_values, edited_params, unified
from penstock.effects.sweep.edit import NotEditable
from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study

PATCH = "winner.patch"


class Shown(TypedDict):
    """A trial, as the receipt has it."""

    number: int
    value: float
    folds: list[float]
    values: dict[str, Any]


class Receipt(TypedDict):
    """What `penstock sweep` says."""

    candidate: str
    study: str
    split: str
    meant_for: str
    metric: str
    direction: str
    trials: int
    complete: int
    pruned: int
    failed: int
    present: Shown
    best: Shown
    changed: dict[str, Any]
    diff: str
    patch: str | None
    written: bool
    says: str


def verdict(study: Study, trials: int, write: bool) -> Receipt:
    """Compare, and leave the winner as a patch; with `write` change params.yaml too.

    Nothing is left or changed where no trial is better than the present setting, where the
    candidate's block in params.yaml has become another while the trials ran, or where the file
    can't be changed in place; the receipt says so.
    """
    ended = list(study.all_ended(trials))
    present, best = ended[0], _best(study, ended)
    counts = {state: sum(one.state is state for one in ended) for state in State}
    diff, patch, written = "", study.folder / PATCH, False
    patch.unlink(missing_ok=True)
    lines = [_heading(study, counts), _line("present", present)]
    lines += [_line(f"trial {best.number}", best)] if best.number else []
    if not study.beats(best.value, present.value):
        lines.append(
            f"no trial is better than what stands in params.yaml for split {study.judged!r}: "
            "nothing to change"
        )
    elif load_params(study.root).candidates.get(study.candidate) != study.block:
        lines.append(f"candidates.{study.candidate} has changed meanwhile, so this is no answer")
        lines.append(f"  fix: penstock sweep {study.candidate}")
    else:
        try:
            before, after = edited_params(study, best)
        except NotEditable as error:
            lines.append(str(error))
        else:
            diff, written = unified(before, after), write
            write_text(patch, diff)
            if write:
                write_text(study.root / PARAMS, after)
            lines += ["", diff, _next(study, patch, written)]
    return Receipt(
        candidate=study.candidate,
        study=study.key,
        split=study.sweep.split,
        meant_for=study.judged,
        metric=study.metric,
        direction=study.direction,
        trials=len(ended),
        complete=counts[State.COMPLETE],
        pruned=counts[State.PRUNED],
        failed=counts[State.FAILED],
        present=_shown(present),
        best=_shown(best),
        changed=changed_values(study, best) if diff else {},
        diff=diff,
        patch=patch.relative_to(study.root).as_posix() if diff else None,
        written=written,
        says="\n".join(lines),
    )


def _best(study: Study, ended: list[Ended]) -> Ended:
    """The first of those that none beats; one that was pruned has not seen every fold."""
    best = ended[0]
    for one in ended:
        if one.state is State.COMPLETE and study.beats(one.value, best.value):
            best = one
    return best


def _heading(study: Study, counts: dict[State, int]) -> str:
    told = ", ".join(f"{number} {state.lower()}" for state, number in counts.items() if number)
    return f"{study.candidate} · {study.metric} on {study.sweep.split} · {told}"


def _line(name: str, ended: Ended) -> str:
    folds = " ".join(f"{value:.4f}" for value in ended.folds)
    return f"  {name:10} {ended.value:.4f}   folds {folds}"


def _shown(ended: Ended) -> Shown:
    return Shown(
        number=ended.number,
        value=ended.value,
        folds=list(ended.folds),
        values=ended.values,
    )


def _next(study: Study, patch: Path, written: bool) -> str:
    train = f"penstock run train@{study.candidate} evaluate@{study.block.project}"
    whom = f"meant for split {study.judged!r}"
    if study.judged == study.leading:
        whom += ", which orders the leaderboard"
    if written:
        return f"written to {PARAMS}, {whom}\nlook at it: git diff {PARAMS}; then: {train}"
    apply = f"git apply {patch.relative_to(study.root)}"
    return f"{whom}\nto take it over: {apply}   (or --write), then: {train}"
