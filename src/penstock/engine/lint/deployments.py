"""Rules about prefect.yaml: every project is built at night, no deployment asks for what is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from penstock.core.documents import read_yaml
from penstock.core.errors import DocumentError, did_you_mean
from penstock.engine.lint.graph import Graph
from penstock.engine.lint.problem import Problem

FILE = "prefect.yaml"


def without_night(graph: Graph) -> Iterator[Problem]:
    """no-nightly: a project that no deployment nightly-P brings up to date."""
    try:
        deployments = _deployments(graph)
    except DocumentError:
        return  # `mistaken` says so
    if deployments is None:
        return
    nightly = {str(one.get("name")): one for one in deployments}
    for project in graph.blocks("projects"):
        block = nightly.get(f"nightly-{project}")
        if block is None:
            says = f"no deployment nightly-{project} in {FILE}: nothing looks for new data at night"
        elif project not in _listed(block, "projects"):
            says = f"nightly-{project} of {FILE} builds {_listed(block, 'projects')}, not {project}"
        elif not block.get("schedules"):
            says = f"nightly-{project} of {FILE} has no schedule"
        else:
            continue
        fix = (
            f"add to deployments in {FILE}  name: nightly-{project}, parameters: "
            f"{{projects: [{project}], refresh: true, branch: penstock/nightly}}, and a schedule"
        )
        yield Problem("no-nightly", f"projects.{project}", says, fix)


def mistaken(graph: Graph) -> Iterator[Problem]:
    """deployment: prefect.yaml names a project, stage, parameter or flow that is not there."""
    try:
        deployments = _deployments(graph)
    except DocumentError as error:
        yield Problem("deployment", FILE, error.problem, f"mend {FILE}")
        return
    for block in deployments or ():
        for says, fix in (*_names(graph, block), *_call(graph.root, block), *_schedules(block)):
            yield Problem("deployment", f"{FILE}, {block.get('name')}", says, fix)


def _deployments(graph: Graph) -> list[Mapping[str, Any]] | None:
    """The blocks of prefect.yaml; None where there is no such file; raises DocumentError."""
    if not (graph.root / FILE).is_file():
        return None
    value = read_yaml(graph.root / FILE)
    found = value.get("deployments") if isinstance(value, Mapping) else None
    if not isinstance(found, list):
        raise DocumentError(FILE, "expected a list of deployments")
    return [block for block in found if isinstance(block, Mapping)]


def _names(graph: Graph, block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    projects = graph.blocks("projects")
    for project in _listed(block, "projects"):
        if project not in projects:
            yield f"no project {project!r} in params.yaml", did_you_mean(project, projects)
    stages = {name for stage in graph.stages for name in (stage.name, stage.template)}
    for target in _listed(block, "targets"):
        if target not in stages:
            yield f"no stage {target!r} in dvc.yaml", did_you_mean(target, stages)


def _call(root: Path, block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The flow is there, and takes what it is given."""
    entrypoint = str(block.get("entrypoint"))
    path, _, name = entrypoint.partition(":")
    known = _parameters(root / path, name)
    if known is None:
        yield f"no flow at {entrypoint}", "write entrypoint: flows/FILE.py:FUNCTION"
        return
    given = [block.get("parameters") or {}]
    given += [trigger.get("parameters") or {} for trigger in block.get("triggers") or ()]
    for parameter in (name for one in given for name in one):
        if parameter not in known:
            yield f"{entrypoint} takes no {parameter!r}", did_you_mean(parameter, known)


def _parameters(file: Path, name: str) -> list[str] | None:
    """What the function `name` of `file` takes, read without running it."""
    if not file.is_file():
        return None
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
    return None


def _schedules(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for schedule in block.get("schedules") or ():
        if "cron" in schedule and not schedule.get("timezone"):
            yield "a schedule without a time zone", "write timezone: Etc/UTC, or where you live"
        if "active" not in schedule:
            yield "a schedule that is on from the start", "write active: false; it is for you to do"
        if not schedule.get("slug"):
            # Prefect tells schedules apart by it, and so keeps what was switched on in the UI.
            yield "a schedule without a slug", "write slug: nightly, or what it is"


def _listed(block: Mapping[str, Any], parameter: str) -> list[str]:
    value = (block.get("parameters") or {}).get(parameter) or []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


RULES = (without_night, mistaken)
