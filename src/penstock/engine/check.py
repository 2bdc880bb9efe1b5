"""params.yaml to the last key: its shell, and every block by the owner that reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from penstock.core.config import CandidateParams, Params, load_params
from penstock.core.errors import ParamsError, PenstockError, did_you_mean
from penstock.core.settings import parse
from penstock.core.workspace import load_model, load_part
from penstock.engine.sweeps import sweep_problems

DELAY = "label_delay_days"


class Unoffered(PenstockError):
    """A part is there, and lacks a name that its contract asks for."""

    def __init__(self, module: str, name: str) -> None:
        super().__init__(
            f"{module} offers no {name}; what a part must offer stands at the top of "
            "src/penstock/core/contracts.py"
        )


def check_params(root: Path, *more: Callable[[Params], Iterator[str]]) -> Params:
    """params.yaml of `root`, checked as all stages together would check it.

    Args:
        more: what owners above the graph find wrong with their blocks, a line each.

    Raises:
        DocumentError: it is missing or no YAML.
        ParamsError: one line for each problem of the shell, or else of all the owners.
    """
    params = load_params(root)
    found = [*_problems(params), *(problem for one in more for problem in one(params))]
    problems = list(dict.fromkeys(found))
    if problems:
        raise ParamsError(problems)
    return params


def _problems(params: Params) -> Iterator[str]:
    for name in params.projects:
        yield from _said(f"projects.{name}.source", _source, params, name)
        yield from _said(f"projects.{name}.features", _features, params, name)
        yield from _young_labels(params, name)
        yield from _said(f"projects.{name}.task", _protocol, params, name)
        yield from _ensembles(params, name)
        yield from promotion_problems(params, name)
    for key, block in params.candidates.items():
        yield from _said(f"candidates.{key}.model", _model, block)
        for budget in block.budgets or [block.budget]:
            tried = block.model_copy(update={"budget": budget})
            yield from _hyperparameters(params, f"candidates.{key}", tried)
    for key in params.sweeps:
        yield from sweep_problems(params, key)


def _said(key: str, check: Callable[..., Any], *arguments: Any) -> list[str]:
    """The problems that `check` raises; a part that isn't there is said of `key`."""
    try:
        check(*arguments)
    except ParamsError as error:
        return error.problems
    except PenstockError as error:
        said = str(error).replace("\n  fix: ", "; ")
        return [f"{key}: {' '.join(said.split())}"]
    return []


def _offered(module: ModuleType, name: str) -> Any:
    if not hasattr(module, name):
        raise Unoffered(module.__name__, name)
    return getattr(module, name)


def _source(params: Params, name: str) -> tuple[Any, Any]:
    """The source's block, and what its generator is given where it is one."""
    from penstock.sources.settings import GeneratorSource, parse_source

    key = f"projects.{name}.source"
    source = parse_source(params.project(name).source, key)
    if isinstance(source, GeneratorSource):
        settings = _offered(load_part("project", name, "source"), "GeneratorSettings")
        return source, parse(settings, source.settings, f"{key}.settings")
    return source, None


def _features(params: Params, name: str) -> Any:
    settings = _offered(load_part("project", name, "features"), "FeatureSettings")
    return parse(settings, params.project(name).features, f"projects.{name}.features")


def _young_labels(params: Params, name: str) -> Iterator[str]:
    """A problem where features look at labels that the source does not know yet."""
    try:
        blocks, features = _source(params, name), _features(params, name)
    except PenstockError:
        return  # said of the block
    delays = [getattr(block, DELAY, None) for block in blocks]
    known = next((days for days in delays if days is not None), None)
    looked = getattr(features, DELAY, None)
    if known is not None and looked is not None and looked < known:
        yield (
            f"projects.{name}.features.{DELAY}: found {looked}; labels are known after {known} "
            f"days, says projects.{name}.source: expected at least as many, else they leak"
        )


def _protocol(params: Params, name: str) -> Any:
    project = params.project(name)
    trials = load_part("task", project.task, "trials")
    where = f"projects.{name}.judging"
    known: frozenset[str] = getattr(trials, "JUDGING", frozenset())
    odd = [key for key in project.judging if key not in known]
    if odd:
        raise ParamsError(
            [f"{where}.{key}: not here; {did_you_mean(key, known)}, or in protocol" for key in odd]
        )
    settings, block = _offered(trials, "ProtocolSettings"), f"projects.{name}.protocol"
    try:
        return parse(settings, project.whole_protocol, block)
    except ParamsError as error:
        moved = tuple(f"{block}.{key}" for key in project.judging)
        raise ParamsError(
            [
                said.replace(block, where, 1) if said.startswith(moved) else said
                for said in error.problems
            ]
        ) from None


def _ensembles(params: Params, name: str) -> Iterator[str]:
    from penstock.stages.ensemble import ensemble_settings

    project = params.project(name)
    for ensemble, block in project.ensembles.items():
        key = f"projects.{name}.ensembles.{ensemble}"
        yield from _said(key, ensemble_settings, project.task, block, key)


def promotion_problems(params: Params, name: str) -> Iterator[str]:
    """What is wrong with `promotion.name`; nothing where there is no such block."""
    key = f"promotion.{name}"
    if name not in params.promotion:
        return
    yield from _said(key, _terms, params, name)
    try:
        terms, protocol = _terms(params, name), _protocol(params, name)
        promoter = load_part("task", params.project(name).task, "promotion")
        yield from (f"{key}.{problem}" for problem in promoter.problems(terms, protocol))
    except PenstockError:
        return  # said of the block
    known = params.project(name).candidates
    if terms.candidate is not None and terms.candidate not in known:
        hint = did_you_mean(terms.candidate, known)
        yield f"{key}.candidate: no candidate {terms.candidate!r}; {hint}"
    for where, days in _delays(params, name):
        if terms.label_delay_days < days:
            yield (
                f"{key}.{DELAY}: found {terms.label_delay_days}; labels are known after {days} "
                f"days, says {where}: expected at least as many, else models are judged on days on "
                "which they could not have been in use"
            )


def _terms(params: Params, name: str) -> Any:
    task = params.project(name).task
    settings = _offered(load_part("task", task, "promotion"), "PromotionSettings")
    return parse(settings, params.promotion[name], f"promotion.{name}")


def _delays(params: Params, name: str) -> Iterator[tuple[str, int]]:
    """The label delays that other blocks of the project tell, by where."""
    for block, read in (("source", _source), ("features", _features)):
        try:
            found = read(params, name)
        except PenstockError:
            continue  # said of the block
        for one in found if isinstance(found, tuple) else (found,):
            days = getattr(one, DELAY, None)
            if days is not None:
                yield f"projects.{name}.{block}", days


def _model(block: CandidateParams) -> Any:
    return _offered(load_model(block.task, block.model), "MODEL")


def _hyperparameters(params: Params, key: str, block: CandidateParams) -> Iterator[str]:
    """Problems of what the model would be built with, on every split, at the block's budget."""
    try:
        kind = _model(block).Settings
    except PenstockError:
        return  # said of the model
    splits = _splits(params, block.project)
    for split in block.splits:
        if splits is not None and split not in splits:
            yield f"{key}.splits.{split}: no such split; {did_you_mean(split, splits)}"
    for split in block.only:
        if splits is not None and split not in splits:
            yield f"{key}.only: no split {split!r}; {did_you_mean(split, splits)}"
    where = f"{key}.params"
    for split in ["", *block.splits]:
        for problem in _said(where, parse, kind, block.hyperparameters(split), where):
            name = problem.removeprefix(f"{where}.").partition(":")[0].partition(".")[0]
            yield problem.replace(where, f"{key}.{_place(block, split, name)}", 1)


def _splits(params: Params, project: str) -> Collection[str] | None:
    """The splits of the project's protocol; None where it has none, or can't be read."""
    try:
        return getattr(_protocol(params, project), "splits", None)
    except PenstockError:
        return None  # said of the protocol


def _place(block: CandidateParams, split: str, name: str) -> str:
    """Where in the block the value of hyper-parameter `name` stands."""
    if name in block.splits.get(split, {}):
        return f"splits.{split}"
    if block.budget and name in block.budgets.get(block.budget, {}):
        return f"budgets.{block.budget}"
    return "params"
