"""The files whose change must rerun a stage: what its module imports, and what it loads by name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from penstock.engine.lint.code import LOADER, PACKAGE, Closure, Module
from penstock.engine.lint.graph import Graph, Stage, covers
from penstock.engine.lint.problem import Problem


@dataclass(frozen=True)
class Names:
    """The project, task and models that a stage's key stands for."""

    project: str = ""
    task: str = ""
    models: tuple[str, ...] = ()


def names_of(graph: Graph, key: str | None) -> Names:
    """What `key`, a project or a candidate of params.yaml, stands for."""
    projects, candidates = graph.blocks("projects"), graph.blocks("candidates")
    if key is None:
        return Names()
    if key in candidates:
        block = candidates[key]
        return Names(str(block.get("project")), str(block.get("task")), (str(block.get("model")),))
    if key in projects:
        own = [block for block in candidates.values() if block.get("project") == key]
        models = tuple(dict.fromkeys(str(block.get("model")) for block in own))
        return Names(key, str(projects[key].get("task")), models)
    return Names()


def closure_of(graph: Graph, stage: Stage) -> Closure:
    """Everything `stage` runs; packages that only hold a docstring are left out."""
    if stage.name not in graph.closures:
        graph.closures[stage.name] = _follow(graph, stage)
    return graph.closures[stage.name]


def _follow(graph: Graph, stage: Stage) -> Closure:
    names, code, found = names_of(graph, stage.key), graph.code, Closure()
    queue = [(stage.module or "", "")]
    seen = set()
    while queue:
        name, way = queue.pop(0)
        module = code.module(name)
        if name in seen or module is None:
            continue
        seen.add(name)
        way = f"{way} → {name.removeprefix(f'{PACKAGE}.')}" if way else name
        if not (module.is_package and module.only_docstring):
            found.modules.append(module)
            found.files[code.path(module.file)] = way
            found.files |= dict.fromkeys(code.beside(module), way)
        loaded = set() if name == LOADER else _loaded(module, names, found.unknown)
        queue += [(one, way) for one in sorted(code.imported(module) | loaded)]
    return found


def _loaded(module: Module, names: Names, unknown: list[str]) -> set[str]:
    """Modules that `module` loads by name, given what the stage's key stands for."""
    found: set[str] = set()
    for called, call in module.calls:
        if called == "load_model":
            found |= {f"{PACKAGE}.models.{names.task}.{model}" for model in names.models}
        elif called == "load_part":
            kinds = module.strings(_argument(call, 0, "kind"))
            parts = module.strings(_argument(call, 2, "part"))
            if kinds is None or parts is None:
                unknown.append(f"{module.file.name}, line {call.lineno}: {ast.unparse(call)}")
                continue
            own = {"project": names.project, "task": names.task}
            given = module.strings(_argument(call, 1, "name"))
            found |= {
                f"{PACKAGE}.{kind}s.{name}.{part}"
                for kind in kinds
                for part in parts
                for name in given or [own.get(kind, "")]
            }
        elif called in {"import_module", "__import__"}:
            targets = module.strings(_argument(call, 0, "name"))
            if targets is None:
                unknown.append(f"{module.file.name}, line {call.lineno}: {ast.unparse(call)}")
            found |= set(targets or [])
    return found


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def uncovered(graph: Graph) -> Iterator[Problem]:
    """closure: a file that a stage runs is in none of its deps, so an edit to it reruns nothing."""
    stages: dict[tuple[str, str], list[str]] = defaultdict(list)
    ways: dict[tuple[str, str], str] = {}
    for stage in graph.stages:
        if graph.code.module(stage.module or "") is None:
            continue
        for path, way in closure_of(graph, stage).files.items():
            if not any(covers(dep, path) for dep in stage.deps):
                missing = (stage.template, _as_written(path, stage, names_of(graph, stage.key)))
                stages[missing].append(stage.name)
                ways.setdefault(missing, way)
    for (template, path), of in stages.items():
        more = f" and {len(of) - 1} more" if len(of) > 1 else ""
        yield Problem(
            "closure",
            f"{of[0]}{more}",
            f"{path} runs ({ways[template, path]}), but an edit to it would rerun nothing",
            f'add "- {path}" (or its folder) to the deps of {template} in dvc.yaml',
        )


def unprovable(graph: Graph) -> Iterator[Problem]:
    """dynamic-import: code that a stage loads can't be told from the text."""
    said = set()
    for stage in graph.stages:
        for call in closure_of(graph, stage).unknown:
            if (stage.template, call) not in said:
                said.add((stage.template, call))
                yield Problem(
                    "dynamic-import",
                    stage.name,
                    f"{call} can't be followed, so its deps can't be proved",
                    'write kind and part as constants: load_part("project", key, "suite")',
                )


def no_module(graph: Graph) -> Iterator[Problem]:
    """command: a stage whose cmd runs no module of penstock.stages."""
    folder = graph.root / "src" / PACKAGE / "stages"
    known = sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")
    for stage in graph.stages:
        if stage.module is None or graph.code.module(stage.module) is None:
            yield Problem(
                "command",
                stage.name,
                f"cmd {stage.block.get('cmd')!r} runs no stage",
                f"write python -m penstock.stages.NAME KEY; NAME is one of {', '.join(known)}",
            )


def _as_written(path: str, stage: Stage, names: Names) -> str:
    """`path` with the templates that a person would write into dvc.yaml."""
    if "key" not in stage.scope:
        return path
    project = "${key}" if stage.key == names.project else "${item.project}"
    swaps = [(f"/projects/{names.project}/", f"/projects/{project}/")]
    swaps += [
        (f"/models/{names.task}/{m}.py", "/models/${item.task}/${item.model}.py")
        for m in names.models
        if stage.key != names.project
    ]
    swaps += [
        (f"/{kind}/{names.task}/", f"/{kind}/${{item.task}}/") for kind in ("tasks", "models")
    ]
    for old, new in swaps:
        path = path.replace(old, new)
    return path


RULES = (no_module, uncovered, unprovable)
