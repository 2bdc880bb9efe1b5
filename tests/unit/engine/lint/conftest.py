"""A small checkout that lint finds clean, for a test to break in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.engine.lint import Problem, lint

DOC = '"""Says what it is."""\n'
FILES = {
    "params.yaml": """\
seed: 1
threads: 2
projects:
  bank: {task: sorting, candidates: [plain], features: {days: 7}, protocol: {folds: 2}}
  shop: {task: sorting, candidates: [plain], features: {days: 1}, protocol: {folds: 3}}
candidates:
  bank-plain: {project: bank, name: plain, task: sorting, model: plain}
  shop-plain: {project: shop, name: plain, task: sorting, model: plain}
""",
    "dvc.yaml": """\
stages:
  featurize:
    foreach: ${projects}
    do:
      cmd: python -m penstock.stages.featurize ${key}
      params: ["projects.${key}.features"]
      deps:
        - data/sources/${key}.json
        - src/penstock/projects/${key}
        - src/penstock/stages/featurize.py
        - src/penstock/features
        - src/penstock/core
      outs: ["data/${key}/features"]
      meta: {cores: 1, memory: 2GiB, timeout: 15m, retries: 0}
  train:
    foreach: ${candidates}
    do:
      cmd: python -m penstock.stages.train ${key}
      params: [seed, "candidates.${key}", "projects.${item.project}.protocol"]
      deps:
        - data/${item.project}/features
        - src/penstock/tasks/${item.task}/trials.py
        - src/penstock/models/${item.task}/${item.model}.py
        - src/penstock/stages/train.py
        - src/penstock/core
      outs: ["models/${item.project}/${item.name}"]
      meta: {cores: 2, memory: 4GiB, timeout: 2h, retries: 1}
""",
    "data/sources/bank.json": "{}",
    "data/sources/shop.json": "{}",
    "src/penstock/__init__.py": DOC,
    "src/penstock/core/__init__.py": DOC,
    "src/penstock/core/config.py": "class Params: ...\n",
    "src/penstock/core/workspace.py": "def load_part(kind, name, part): ...\n",
    "src/penstock/features/__init__.py": DOC,
    "src/penstock/features/windows.py": "",
    "src/penstock/features/clock.py": "",
    "src/penstock/models/__init__.py": DOC,
    "src/penstock/models/sorting/__init__.py": DOC,
    "src/penstock/models/sorting/plain.py": "",
    "src/penstock/projects/__init__.py": DOC,
    "src/penstock/projects/bank/__init__.py": DOC,
    "src/penstock/projects/bank/features.py": "from penstock.features.windows import count\n",
    "src/penstock/projects/shop/__init__.py": DOC,
    "src/penstock/projects/shop/features.py": "",
    "src/penstock/stages/__init__.py": DOC,
    "src/penstock/stages/featurize.py": """\
from penstock.core.config import Params
from penstock.core.workspace import load_part

def featurize(root, params: Params, key):
    part = load_part("project", key, "features")
    return part.featurize(params.project(key).features)
""",
    "src/penstock/stages/train.py": """\
from penstock.core.config import Params
from penstock.core.workspace import load_model, load_part

def train(root, params: Params, key):
    block = params.candidate(key)
    project = params.project(block.project)
    task, model = load_part("task", block.task, "trials"), load_model(block.task, block.model)
    return task.trials(project.protocol, params.seed), model
""",
    "src/penstock/tasks/__init__.py": DOC,
    "src/penstock/tasks/sorting/__init__.py": DOC,
    "src/penstock/tasks/sorting/trials.py": "",
}


class Checkout:
    """A folder with dvc.yaml, params.yaml and src, and what lint says of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path, text in FILES.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} isn't in {path}"
        self.write(path, text.replace(old, new))

    def problems(self) -> list[Problem]:
        return lint(self.root)

    def only_problem(self) -> Problem:
        problems = self.problems()
        assert len(problems) == 1, [str(problem) for problem in problems]
        return problems[0]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)
