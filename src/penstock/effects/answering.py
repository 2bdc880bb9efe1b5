"""Which model answers the requests of a project: the champion, the best that can, or one named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from penstock.core.config import Params, ProjectParams
from penstock.core.errors import PenstockError, UnknownName
from penstock.effects.champions import Store
from penstock.pages.leaderboard import leaderboards
from penstock.retrieval.scorers import SERVED

TASK = "ranking"
TRENDING = ("recent_popularity", "popularity")  # the first that a project has


class NotARanking(PenstockError):
    """A project was asked for items to show, and its task is another."""

    def __init__(self, project: str, task: str, known: Iterable[str]) -> None:
        named = ", ".join(known) or "none of params.yaml"
        super().__init__(
            f"project {project!r} is of task {task!r}: expected {TASK!r}, which ranks items\n"
            f"  fix: name one that is: {named}"
        )


class CantAnswer(PenstockError):
    """A candidate was named that doesn't answer single requests."""

    def __init__(self, project: str, name: str, what: str, known: list[str]) -> None:
        super().__init__(
            f"{name!r} of {project!r} is {what}; expected a model whose scores are sums over what "
            f"a user had\n  fix: {_take(project, known)}"
        )


class NoneCanAnswer(PenstockError):
    """A project lists no model for one of the lanes."""

    def __init__(self, project: str, what: str, models: Iterable[str]) -> None:
        super().__init__(
            f"project {project!r} has no candidate {what}\n"
            f"  fix: give it one in params.yaml, of model {' or '.join(models)}; "
            f"then: dvc repro evaluate@{project}"
        )


@dataclass(frozen=True)
class Answering:
    """The models behind the answers.

    Attributes:
        candidate, folder: the model of the first lane, and where it lies.
        chosen: why it is this one, in words.
        trending: folder of the model for users of whom nothing is known.
    """

    candidate: str
    folder: Path
    chosen: str
    trending: Path


def answering(root: Path, params: Params, project: str, named: str | None = None) -> Answering:
    """The models that answer for `project`.

    Args:
        named: a candidate; None takes the champion, and where there is none that can answer, the
            first of the leaderboard that can.

    Raises:
        UnknownName: no such project or candidate.
        NotARanking: the project's task is another.
        CantAnswer, NoneCanAnswer: a model of `SERVED` is needed, and one for newcomers.
        DatasetError: nothing is evaluated yet.
        NotKept, BadFile, StoreUnreachable: the champion can't be had.
    """
    block = params.project(project)
    if block.task != TASK:
        known = [name for name, one in params.projects.items() if one.task == TASK]
        raise NotARanking(project, block.task, known)
    models = {name: params.candidate(f"{project}-{name}").model for name in block.candidates}
    can = [name for one in SERVED for name, model in models.items() if model == one]
    if not can:
        raise NoneCanAnswer(project, "that answers single requests", SERVED)
    newcomers = [name for one in TRENDING for name, model in models.items() if model == one]
    if not newcomers:
        raise NoneCanAnswer(project, "for users of whom nothing is known", TRENDING)
    built = root / "models" / project
    if named is None:
        name, folder, chosen = _champion(root, project) or _best(root, params, project, can)
    else:
        _check(project, block, named, models, can)
        name, folder, chosen = named, built / named, "as asked"
    return Answering(name, folder, chosen, built / newcomers[0])


def _check(
    project: str, block: ProjectParams, named: str, models: dict[str, str], can: list[str]
) -> None:
    if named in block.ensembles:
        raise CantAnswer(project, named, "an ensemble, which has no model of its own", can)
    if named not in models:
        raise UnknownName("candidate", named, models, f"projects.{project}.candidates")
    if named not in can:
        what = f"of model {models[named]!r}, which ranks in batches only"
        raise CantAnswer(project, named, what, can)


def _champion(root: Path, project: str) -> tuple[str, Path, str] | None:
    """None where there is none, or it is no model that answers."""
    store = Store.open(root)
    pointer = store.pointer(project)
    if pointer is None or store.version(project, pointer.key).model.split("/")[1] not in SERVED:
        return None
    folder = store.fetch(project, pointer.key)
    return pointer.candidate, folder, f"the champion ({pointer.key[:8]})"


def _best(root: Path, params: Params, project: str, can: list[str]) -> tuple[str, Path, str]:
    [board] = leaderboards(root, params, [project])
    name = next((name for name in board.order if name in can), None)
    if name is None:
        raise CantAnswer(project, board.order[0], "the best, and answers no requests", can)
    above = board.order[: board.order.index(name)]
    chosen = f"best of the leaderboard on {board.split!r}"
    if above:
        chosen += f" that answers single requests ({', '.join(above)}: in batches only)"
    return name, root / "models" / project / name, chosen


def _take(project: str, known: list[str]) -> str:
    return f"penstock recommend {project} USER --candidate {known[0]}" + (
        f"   (or: {', '.join(known[1:])})" if known[1:] else ""
    )
