"""promote: the best candidate of the build challenges, and who can be judged is judged, once.

It can be killed anywhere: the model is kept, then it waits, then the decision is written, then the
pointer is flipped, then those that were dealt with wait no longer. A call that finds a decision
whose flip is missing makes up for it; one that asks the same again gets the same decision, and
nothing is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from penstock.core.config import Params
from penstock.core.errors import ParamsError, PenstockError
from penstock.core.promotion import PromotionTerms
from penstock.core.settings import Settings, parse
from penstock.core.stage import fix_threads
from penstock.core.workspace import load_part
from penstock.effects.champions import Pointer, Store, Version
from penstock.effects.decide import hear, to_decision
from penstock.effects.judging import Court
from penstock.effects.nominate import Nominee, nominate
from penstock.engine.check import promotion_problems
from penstock.pages.decision import SHORT, decision_markdown, decision_page, says_of

Decision = dict[str, Any]
KIND = "promotion"


class NoTerms(PenstockError):
    """params.yaml does not say when a challenger of the project wins."""

    def __init__(self, project: str, metric: str) -> None:
        super().__init__(
            f"{project}: no promotion.{project} in params.yaml, so nothing says when a challenger "
            "wins\n"
            "  fix: add to promotion in params.yaml, then run the command again\n"
            f"    {project}: {{metric: {metric}, margin: 0.0, floor: 0.1, "
            "label_delay_days: 7}\n"
            f"    (floor: the {metric} that a first champion must surely reach; the project's rows "
            "need dates: docs/champions.md)"
        )


class Receipt(TypedDict):
    """What became of a project's challengers.

    `created` is False where the same question had been decided before; `champion` is the key of
    the one that there is now; `page` is where the decision's page lies in the store; `markdown` is
    for a page that others make.
    """

    project: str
    outcome: str
    created: bool
    champion: str | None
    says: str
    decision: Decision
    page: str
    markdown: str


@dataclass(frozen=True)
class Case:
    """A project's champion, the model of this build, and the court that knows the rules."""

    project: str
    court: Court
    nominee: Nominee
    pointer: Pointer | None

    @property
    def store(self) -> Store:
        return self.court.store

    def champion(self) -> Version | None:
        return self.store.version(self.project, self.pointer.key) if self.pointer else None

    def decisions(self) -> list[Decision]:
        """Those on promotion, the oldest first."""
        found = self.store.decisions(self.project)
        return [one for one in found if one.get("kind") == KIND]


def promote(root: Path, params: Params, project: str) -> Receipt:
    """Decide on the challengers of `project`, and make the winner champion.

    Raises:
        UnknownName: no such project.
        NoTerms, ParamsError, MissingPart: nothing says, or not rightly, when a challenger wins.
        NotBuilt, NotAsLocked: the project is not built as dvc.lock records.
        NotAsTrained, ForgedVersion: a model saw more than it says.
        InputsGone: the features lack what the champion was fitted on.
        PointerMoved: somebody else moved the pointer meanwhile; nothing was changed.
        PenstockError: the task can't tell later rows, or the store can't be used.
    """
    fix_threads(params.threads)
    case = _open(root, params, project)
    case = _finish(case)
    told = _told(case)
    if told is not None:
        _drop(case, told)
        return _receipt(case, told, created=False)
    version = case.nominee.version
    # A data set without a calendar is refused here, before anything is written.
    case.court.windows([version], case.champion())
    case.store.keep(project, version, case.nominee.folder)
    case.store.add_challenger(project, version)
    decision = _decide(case)
    case.store.write_decision(project, decision, decision_page(decision))
    if decision["outcome"] == "promoted":
        _flip(case, decision)
    _drop(case, decision)
    return _receipt(case, decision, created=True)


def _open(root: Path, params: Params, project: str) -> Case:
    block, key = params.project(project), f"promotion.{project}"
    trials, scores = (load_part("task", block.task, part) for part in ("trials", "scores"))
    where = f"projects.{project}.protocol"
    protocol: Settings = parse(trials.ProtocolSettings, block.whole_protocol, where)
    if project not in params.promotion:
        raise NoTerms(project, next(iter(scores.metrics(protocol))))
    promoter: Any = load_part("task", block.task, "promotion")
    problems = list(promotion_problems(params, project))
    if problems:
        raise ParamsError(problems)
    settings: PromotionTerms = parse(promoter.PromotionSettings, params.promotion[project], key)
    nominee = nominate(root, params, project, settings.candidate, promoter, protocol)
    store = Store.open(root)
    court = Court(store, nominee.dataset, trials, promoter, protocol, settings, params.seed)
    return Case(project, court, nominee, store.pointer(project))


def _decide(case: Case) -> Decision:
    champion = case.champion()
    waiting = case.store.challengers(case.project)
    for version in [one for one in waiting if _spent(case, one)]:
        case.store.drop_challenger(case.project, version.key)
        waiting.remove(version)
    docket = hear(case.court, waiting, champion)
    made = to_decision(case.court, docket, case.project, champion, case.nominee.version)
    return {"kind": KIND, **made}


def _told(case: Case) -> Decision | None:
    """The decision that was made when the same was asked: of this build, champion and settings."""
    version = case.nominee.version
    settings = case.court.settings.model_dump(mode="json")
    for one in reversed(case.decisions()):
        asked = (one["nominee"]["key"], one["features"], one["settings"], one["seed"])
        if asked != (version.key, version.features, settings, case.court.seed):
            continue
        if one["outcome"] == "promoted":
            holds = case.pointer is not None  # else the pointer was moved away: begin anew
        else:
            holds = _key(one["champion"]) == _champion_key(case)
        if holds:
            return one
    return None


def _spent(case: Case, version: Version) -> bool:
    """Whether it has had its judgement: as this champion's challenger, or by being champion.

    A model that is looked at again every day is let in by luck one day; and one that was rolled
    back does not come back by itself.
    """
    settings = case.court.settings.model_dump(mode="json")
    if version.key == _champion_key(case):
        return True
    return any(
        one["outcome"] == "promoted"
        or (_key(one["champion"]) == _champion_key(case) and one["settings"] == settings)
        for one in case.decisions()
        if one["outcome"] in ("promoted", "refused") and _key(one["challenger"]) == version.key
    )


def _finish(case: Case) -> Case:
    """Flip the pointer where the last call was killed between decision and flip."""
    moves = [
        one
        for one in case.store.decisions(case.project)
        if one.get("kind") == "rollback" or one.get("outcome") == "promoted"
    ]
    if not moves or moves[-1].get("kind") != KIND:
        return case
    last = moves[-1]
    waits = {one.key for one in case.store.challengers(case.project)}
    # One that waits no longer was flipped to: somebody has moved the pointer away since.
    if _key(last["champion"]) != _champion_key(case) or _key(last["challenger"]) not in waits:
        return case
    _flip(case, last)
    return Case(case.project, case.court, case.nominee, case.store.pointer(case.project))


def _flip(case: Case, decision: Decision) -> None:
    challenger, was = decision["challenger"], case.pointer
    former: Sequence[str] = (was.key, *was.previous) if was else ()
    pointer = Pointer(
        project=case.project,
        key=challenger["key"],
        candidate=challenger["candidate"],
        trained_through=challenger["trained_through"],
        decision=decision["id"],
        previous=tuple(key for key in former if key != challenger["key"]),
    )
    case.store.point(case.project, pointer, was.key if was else None)


def _drop(case: Case, decision: Decision) -> None:
    """Those that a decision was about wait no longer."""
    done = [one["key"] for one in decision["dropped"]]
    if decision["outcome"] in ("promoted", "refused"):
        done.append(decision["challenger"]["key"])
    for key in done:
        case.store.drop_challenger(case.project, key)


def _receipt(case: Case, decision: Decision, created: bool) -> Receipt:
    says, now = says_of(decision), case.store.pointer(case.project)
    if not created:
        stands = f"the champion is {now.candidate} {now.key[:SHORT]}" if now else "no champion yet"
        says += f"\n  decided before, at {decision['at']}; {stands}"
    return Receipt(
        project=case.project,
        outcome=decision["outcome"],
        created=created,
        champion=now.key if now else None,
        says=says,
        decision=decision,
        page=f"{case.store.url}/{case.project}/decisions/{decision['id']}.html",
        markdown=decision_markdown(decision),
    )


def _key(named: Decision | None) -> str | None:
    return None if named is None else str(named["key"])


def _champion_key(case: Case) -> str | None:
    return case.pointer.key if case.pointer else None
