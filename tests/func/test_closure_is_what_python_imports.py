"""The closure that lint reads from the text holds every module that Python loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from penstock.engine.lint.closure import closure_of
from penstock.engine.lint.code import Code, Module
from penstock.engine.lint.graph import Graph, expand

ROOT = Path(__file__).resolve().parents[2]
LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*(name for name in sys.modules if name.split(".")[0] == "penstock"))
"""


@pytest.mark.parametrize(
    "name",
    ["validate@fraud", "train@fraud-mlp", "evaluate@fraud"],
)
def test_nothing_is_loaded_that_the_closure_lacks(name: str) -> None:
    params = read_yaml(ROOT / "params.yaml")
    stages = tuple(expand(read_yaml(ROOT / "dvc.yaml"), params, []))
    graph = Graph(ROOT, stages, params, Code(ROOT))
    stage = next(stage for stage in stages if stage.name == name)
    modules = [module.name for module in closure_of(graph, stage).modules]
    command = [sys.executable, "-c", LOADED, *modules]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = {graph.code.module(one) for one in loaded.stdout.split()}
    running = {one.name for one in found if isinstance(one, Module) and not one.only_docstring}
    assert running <= set(modules)
    assert len(running) > 5
