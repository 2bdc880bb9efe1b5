"""Whether a sweep makes sense: its split, its metric, and that the model takes its space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.core.config import CandidateParams, Params
from penstock.core.errors import ParamsError, PenstockError, did_you_mean
from penstock.core.settings import parse
from penstock.core.sweep import SweepParams
from penstock.core.workspace import load_model, load_part

NEEDED = {"trials": ("folds", "used_rows"), "scores": ("fold_score",)}


def sweep_problems(params: Params, key: str) -> Iterator[str]:
    """What is wrong with `sweeps.key` given the rest of params.yaml, a line each.

    What is wrong with the candidate or the protocol themselves is left to who checks those.
    """
    where = f"sweeps.{key}"
    if key not in params.candidates:
        yield f"{where}: no candidate {key!r}; {did_you_mean(key, params.candidates)}"
        return
    sweep, block = params.sweeps[key], params.candidates[key]
    try:
        parts = {part: load_part("task", block.task, part) for part in NEEDED}
        kind = load_model(block.task, block.model).MODEL.Settings
        protocol = params.project(block.project).protocol
        at = f"projects.{block.project}.protocol"
        settings: Any = parse(parts["trials"].ProtocolSettings, protocol, at)
    except PenstockError:
        return
    missing = [name for part in NEEDED for name in NEEDED[part] if not hasattr(parts[part], name)]
    if missing:
        named = ", ".join(missing)
        yield f"{where}: task {block.task!r} offers no {named}: its candidates can't be swept"
        return
    unfit = list(_split(where, sweep, settings, parts["scores"]))
    yield from unfit
    yield from _metric(where, sweep, settings, parts["scores"])
    if not unfit:  # what is asked of the model depends on the split
        judged = meant_for(settings, parts["scores"], sweep.split)
        yield from _space(where, key, sweep, present_of(block, sweep.split, judged), kind, block)


def leading(protocol: Any, scorer: Any) -> str:
    """The split that orders the leaderboard."""
    return str(scorer.leads_on(protocol, [*protocol.splits]))


def meant_for(protocol: Any, scorer: Any, split: str) -> str:
    """The judged split for which settings chosen on `split` are meant.

    The one that it is cut `within`, where the protocol says so, else the leading one.
    """
    within: str | None = getattr(protocol.splits[split], "within", None)
    return within or leading(protocol, scorer)


def present_of(block: CandidateParams, split: str, judged: str) -> dict[str, Any]:
    """What a candidate is built with on `split` before anything is tried: as on `judged`."""
    return {**block.hyperparameters(judged), **block.splits.get(split, {})}


def place_of(block: CandidateParams, name: str, judged: str, leading: str) -> tuple[str, ...]:
    """Where in a candidate's block hyper-parameter `name` stands, or would, for split `judged`.

    That of the leading split is the final model's too, unless the split has one of its own.
    """
    if judged != leading or name in block.splits.get(judged, {}):
        return "splits", judged, name
    if block.budget and name in block.budgets.get(block.budget, {}):
        return "budgets", block.budget, name
    return "params", name


def _split(where: str, sweep: SweepParams, protocol: Any, scorer: Any) -> Iterator[str]:
    if sweep.split not in protocol.splits:
        hint = did_you_mean(sweep.split, protocol.splits)
        yield f"{where}.split: no split {sweep.split!r} in the protocol; {hint}"
    elif sweep.split == leading(protocol, scorer) or not _chooses(protocol.splits[sweep.split]):
        yield (
            f"{where}.split: found {sweep.split!r}, on which the candidates are judged: settings "
            "chosen there have seen the answer; expected a split kept for choosing"
        )


def _chooses(split: Any) -> bool:
    """Whether a split may be chosen on, where its task tells; else its rows will tell."""
    return bool(getattr(split, "chooses", True))


def _metric(where: str, sweep: SweepParams, protocol: Any, scorer: Any) -> Iterator[str]:
    known = list(scorer.metrics(protocol))
    if sweep.metric is None or sweep.metric == known[0]:
        if sweep.direction == "minimize":
            yield f"{where}.direction: found 'minimize'; more {known[0]} is better"
    elif sweep.metric not in known:
        yield f"{where}.metric: no metric {sweep.metric!r}; {did_you_mean(sweep.metric, known)}"
    elif sweep.direction is None:
        yield (
            f"{where}.direction: missing; expected maximize or minimize, whichever way "
            f"{sweep.metric} is better"
        )


def _space(
    where: str,
    key: str,
    sweep: SweepParams,
    asked: dict[str, Any],
    kind: Any,
    block: CandidateParams,
) -> Iterator[str]:
    if _refused(kind, asked, where):
        return  # said of the candidate
    for name, dimension in sweep.space.items():
        if name in block.splits.get(sweep.split, {}):
            yield (
                f"{where}.space.{name}: candidates.{key}.splits.{sweep.split} fixes it on that "
                "split; take it out of one of the two"
            )
            continue
        for value in dimension.extremes():
            problems = _refused(kind, {**asked, name: value}, f"{where}.space")
            yield from problems
            if any("unknown key" in problem for problem in problems):
                break


def _refused(kind: Any, asked: dict[str, Any], where: str) -> list[str]:
    try:
        parse(kind, asked, where)
    except ParamsError as error:
        return error.problems
    return []
