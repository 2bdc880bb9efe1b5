"""lint: every rule over the graph of a checkout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.core.config import PARAMS
from penstock.core.documents import read_yaml
from penstock.core.errors import DocumentError
from penstock.engine.lint import closure, deployments, knobs, meta, paths
from penstock.engine.lint.bans import banned
from penstock.engine.lint.code import Code
from penstock.engine.lint.graph import Graph, expand
from penstock.engine.lint.problem import Problem

RULES = (*closure.RULES, *paths.RULES, *knobs.RULES, *meta.RULES, *deployments.RULES)
GRAPH = "dvc.yaml"
UNQUOTED = re.compile(r"""\"[^"]*\"|'[^']*'|(?:[^\s,\[\]{}"'$]*\$\{[^}]*\})+[^\s,\[\]{}"']*""")


def lint(root: Path) -> list[Problem]:
    """What is wrong with dvc.yaml, params.yaml and the code they run; an empty list is clean.

    Reads text only: nothing is imported, no stage runs, a graph that DVC refuses can be read.
    """
    problems: list[Problem] = []
    document = _read(root / GRAPH, problems)
    params = _read(root / PARAMS, problems)
    if document is not None and params is not None:
        stages = tuple(expand(document, params, problems))
        graph = Graph(root, stages, params, Code(root))
        for rule in RULES:
            problems += rule(graph)
    return [*problems, *banned(root)]


def _read(path: Path, problems: list[Problem]) -> Mapping[str, Any] | None:
    try:
        value = read_yaml(path)
    except DocumentError as error:
        problems.append(_unreadable(path, error))
        return None
    if not isinstance(value, Mapping):
        fix = f"write keys into {path.name}"
        problems.append(Problem("yaml", path.name, f"expected keys, found {value!r}", fix))
        return None
    return value


def _unreadable(path: Path, error: DocumentError) -> Problem:
    place = f"{path.name}, line {error.line}" if error.line else path.name
    if error.line:
        lines = path.read_text(encoding="utf-8").splitlines()
        line = lines[min(error.line, len(lines)) - 1].strip()  # what never closes ends below them
        quoted = UNQUOTED.sub(lambda m: m[0] if m[0][0] in "\"'" else f'"{m[0]}"', line)
        if quoted != line:
            says = "a ${…} in [ ] or { } that isn't quoted is no YAML"
            return Problem("unquoted-template", place, says, f"write {quoted}")
    return Problem("yaml", place, error.problem, f"mend {path.name}")
