"""One class per user mistake; every message ends in what to type next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PenstockError(Exception):
    """A mistake the user can mend: printed without a traceback, exit status not 0.

    Attributes:
        passing: it may be gone by itself at the next attempt, as when a network is down.
    """

    passing = False


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A closing clause for a misspelt name: the nearest known one, else the list of them."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(names)}" if names else "none is known"


class NotAWorkspace(PenstockError):
    """A command was called outside a checkout that holds dvc.yaml and params.yaml."""

    def __init__(self, start: str) -> None:
        super().__init__(
            f"no dvc.yaml and params.yaml in {start} or any folder above it\n"
            "  fix: cd into the checkout of your penstock project, then run the command again"
        )


class ParamsError(PenstockError):
    """params.yaml holds a key or value that its owner does not take."""

    def __init__(self, problems: list[str], file: str = "params.yaml") -> None:
        self.problems = problems
        head = f"{file}: {len(problems)} problem{'s' if len(problems) > 1 else ''}"
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{head}\n{lines}\n  fix: edit {file}, then run the command again")


class DocumentError(PenstockError):
    """A YAML file is missing or can't be read; `line` counts from 1, None where unknown."""

    def __init__(self, file: str, problem: str, line: int | None = None) -> None:
        self.file, self.problem, self.line = file, problem, line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {problem}\n  fix: mend {file}, then run the command again")


class UnknownName(PenstockError):
    """A project, candidate, task or model was named that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str], where: str) -> None:
        super().__init__(f"no {kind} {name!r} in {where}; {did_you_mean(name, known)}")


class DatasetError(PenstockError):
    """A dataset on disk is missing, incomplete, or not what its manifest says."""

    def __init__(self, folder: str, problem: str, fix: str) -> None:
        super().__init__(f"dataset {folder}: {problem}\n  fix: {fix}")


class ModelFileError(PenstockError):
    """A model folder can't be loaded: missing, foreign, or of another contract."""

    def __init__(self, folder: str, problem: str, fix: str) -> None:
        super().__init__(f"model {folder}: {problem}\n  fix: {fix}")


class CandidatesDisagree(PenstockError):
    """models/P and projects.P.candidates do not name the same candidates."""

    def __init__(self, project: str, missing: list[str], stale: list[str]) -> None:
        lines = [f"project {project!r}: its candidates and models/{project} disagree"]
        if missing:
            keys = " ".join(f"train@{project}-{name}" for name in missing)
            lines.append(f"  not trained: {', '.join(missing)}\n  fix: dvc repro {keys}")
        if stale:
            lines.append(
                f"  trained once, listed no more: {', '.join(stale)}\n"
                f"  fix: penstock prune {project}   (or list them in projects.{project}.candidates)"
            )
        super().__init__("\n".join(lines))


class NoTrials(PenstockError):
    """A protocol cuts a window that holds no rows to learn from or none to judge on."""

    def __init__(self, split: str, fold: int, problem: str, key: str) -> None:
        super().__init__(
            f"split {split!r}, fold {fold}: {problem}\n"
            f"  fix: move the window in {key} of params.yaml onto the data, or refresh the data"
        )
