"""Rules about params.yaml: what a stage reads of it is tracked, what is tracked is there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from penstock.core.errors import did_you_mean
from penstock.engine.lint.closure import closure_of, names_of
from penstock.engine.lint.code import PACKAGE, Module
from penstock.engine.lint.graph import Graph
from penstock.engine.lint.problem import Problem
from penstock.engine.lint.template import Unresolved, look_up

WHOLE = {"seed", "threads", "projects", "candidates"}
# run_stage pins threads for everybody; a stage whose results depend on them reads them itself.
RUNNER = f"{PACKAGE}.core.stage"


def untracked(graph: Graph) -> Iterator[Problem]:
    """untracked-param: a stage reads a key of params.yaml that isn't among its `params`."""
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stage in graph.stages:
        names = names_of(graph, stage.key)
        for module in closure_of(graph, stage).modules:
            if module.name == RUNNER:
                continue
            for read in _reads(module):
                key = read.format(project=names.project, candidate=stage.key)
                if not any(key == one or key.startswith(f"{one}.") for one in stage.params):
                    project = "${key}" if stage.key == names.project else "${item.project}"
                    written = read.format(project=project, candidate="${key}")
                    if stage.name not in missing[stage.template, written]:
                        missing[stage.template, written].append(stage.name)
    for (template, key), stages in missing.items():
        more = f" and {len(stages) - 1} more" if len(stages) > 1 else ""
        says = f"reads {key} of params.yaml, yet a change of it would rerun nothing"
        fix = f'add "{key}" to the params of {template} in dvc.yaml'
        yield Problem("untracked-param", f"{stages[0]}{more}", says, fix)


def _reads(module: Module) -> set[str]:
    """Keys of params.yaml that a module reads from what it calls `params`, as patterns."""
    if f"{PACKAGE}.core.config.Params" not in module.imports:
        return set()
    found, projects = set(), _project_names(module)
    for node in module.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        if _is_params(node.value) and node.attr in WHOLE:
            found.add(node.attr)
        elif _is_params(node.value) and node.attr == "candidate":
            found.add("candidates.{candidate}")
        elif _is_project(node.value) or ast.unparse(node.value) in projects:
            found.add(f"projects.{{project}}.{node.attr}")
    return found - {"projects.{project}.task"}  # it stands in the path of a dep


def _is_params(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    return name == "params"


def _is_project(node: ast.expr | None) -> bool:
    """`params.project(…)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "project"
        and _is_params(node.func.value)
    )


def _project_names(module: Module) -> set[str]:
    """Names that hold a project's block: assigned from `params.project`, or annotated so."""
    found = set()
    for node in module.nodes:
        if isinstance(node, ast.Assign) and _is_project(node.value):
            found |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.AnnAssign) and _is_project(node.value):
            found.add(ast.unparse(node.target))
        elif isinstance(node, ast.arg) and ast.unparse(node.annotation or node) == "ProjectParams":
            found.add(node.arg)
    return found


def tracked_from_nowhere(graph: Graph) -> Iterator[Problem]:
    """missing-param: a stage tracks a key that params.yaml doesn't hold; DVC refuses to run it."""
    for stage in graph.stages:
        for key in stage.params:
            try:
                look_up(key, graph.params)
            except Unresolved as error:
                says = f"tracks {key}, which isn't in params.yaml (no {error.step!r})"
                hint = did_you_mean(error.step, error.known)
                fix = f"write it there, empty if need be (`{error.step}: {{}}`); {hint}"
                yield Problem("missing-param", stage.name, says, fix)


def project_alone(graph: Graph) -> Iterator[Problem]:
    """no-candidates: a project that nothing is trained for; DVC says a bare "No such file"."""
    candidates = graph.blocks("candidates").values()
    for project, block in graph.blocks("projects").items():
        if not any(one.get("project") == project for one in candidates):
            task = block.get("task", "TASK")
            says = "no block of candidates names it, so models/ and its report can't be made"
            fix = (
                f"add to candidates in params.yaml  {project}-NAME: "
                f"{{project: {project}, name: NAME, task: {task}, model: MODEL}}"
            )
            yield Problem("no-candidates", f"projects.{project}", says, fix)


def candidate_alone(graph: Graph) -> Iterator[Problem]:
    """no-project: a candidate of a project that isn't there."""
    projects = graph.blocks("projects")
    for key, block in graph.blocks("candidates").items():
        project = str(block.get("project"))
        if project not in projects:
            fix = f"add projects.{project} to params.yaml; {did_you_mean(project, projects)}"
            yield Problem("no-project", f"candidates.{key}", f"no project {project!r}", fix)


def trained_once(graph: Graph) -> Iterator[Problem]:
    """orphan: models/P holds a candidate that params.yaml lists no more."""
    for folder in sorted((graph.root / "models").glob("*/*")):
        project, name = folder.parent.name, folder.name
        if not folder.is_dir() or name.startswith("."):
            continue
        block = graph.blocks("projects").get(project)
        says = f"models/{project}/{name} was trained once and is listed no more"
        if block is None:
            yield Problem("orphan", f"models/{project}", says, f"rm -r models/{project}")
        elif name not in (block.get("candidates") or []):
            yield Problem("orphan", f"projects.{project}", says, f"penstock prune {project}")


RULES = (untracked, tracked_from_nowhere, project_alone, candidate_alone, trained_once)
