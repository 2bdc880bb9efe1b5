"""The graph, compiled from dvc.yaml."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.engine.graph.repository import open_repository
from penstock.engine.meta import read_meta
from penstock.engine.stages import Graph, Stage

if TYPE_CHECKING:
    from dvc.repo import Repo


def compile_graph(root: Path) -> Graph:
    """Every stage of `root`/dvc.yaml, upstream first.

    Raises:
        GraphError: DVC refuses the graph (a cycle, two stages with one out, no repository, a
            broken dvc.lock …).
        ParamsError: a stage's `meta` holds what no engine understands.
    """
    with open_repository(root) as repo:
        return compile_stages(repo)


def in_order(repo: Repo) -> list[Any]:
    """DVC's stages in the order in which `dvc repro` visits them."""
    from dvc.repo.reproduce import get_active_graph, plan_repro

    return list(plan_repro(get_active_graph(repo.index.graph)))


def compile_stages(repo: Repo) -> Graph:
    graph = repo.index.graph
    stages = {}
    for found in in_order(repo):
        address = address_of(found)
        # DVC draws its edges from a stage to what it depends on.
        upstream = sorted(address_of(one) for one in graph.successors(found))
        params = {id(dep) for dep in found.params}
        stages[address] = Stage(
            address=address,
            cmd=found.cmd if isinstance(found.cmd, str | None) else "\n".join(found.cmd),
            deps=tuple(_path(repo, dep) for dep in found.deps if id(dep) not in params),
            params=tuple(key for dep in found.params for key in _keys(repo, dep)),
            outs=tuple(_path(repo, out) for out in found.outs),
            meta=read_meta(found.meta or {}, f"stages.{address}.meta"),
            upstream=tuple(upstream),
        )
    return Graph(stages)


def address_of(stage: Any) -> str:
    """What `dvc repro` takes when it is called in the root, wherever this process stands."""
    file = posixpath.join(*Path(stage.path).relative_to(stage.repo.root_dir).parts)
    name = getattr(stage, "name", None)
    if not name:
        return file
    return str(name) if file == "dvc.yaml" else f"{file}:{name}"


def _path(repo: Repo, entry: Any) -> str:
    path = Path(entry.fs_path)
    inside = path.is_relative_to(repo.root_dir)
    return path.relative_to(repo.root_dir).as_posix() if inside else str(entry.fs_path)


def _keys(repo: Repo, dep: Any) -> list[str]:
    file = _path(repo, dep)
    keys = [str(key) for key in dep.params] or ["*"]
    return keys if file == "params.yaml" else [f"{file}:{key}" for key in keys]
