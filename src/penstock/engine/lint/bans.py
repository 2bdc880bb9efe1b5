"""The rule that models are data: nothing is pickled, nothing pickled is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from penstock.engine.lint.problem import Problem

MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "marshal", "shelve"}
CALLS = {
    "joblib.dump": "skops in a canonical archive",
    "joblib.load": "skops in a canonical archive",
    "torch.save": "safetensors.torch.save_file",
    "torch.load": "safetensors.torch.load_file",
    "pandas.read_pickle": "penstock.core.dataset.load",
}
METHODS = {"to_pickle": "penstock.core.dataset.save"}
FORMATS = "write Parquet, JSON, safetensors, UBJSON or skops instead"


def banned(root: Path) -> Iterator[Problem]:
    """pickle: a call or import under src or flows that writes or reads a pickle."""
    for folder in ("src", "flows"):
        for file in sorted((root / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if not any(word in text for word in _WORDS):
                continue  # most files: not worth parsing
            for line, what, fix in sorted(_uses(ast.parse(text, str(file)))):
                place = f"{file.relative_to(root).as_posix()}, line {line}"
                yield Problem("pickle", place, f"{what}: models are data, not code", fix)


_WORDS = (*MODULES, *METHODS, "joblib", "torch", "allow_pickle")


def _uses(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    known = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = getattr(node, "module", None)
            for alias in node.names:
                name = f"{base}.{alias.name}" if base else alias.name
                if name.split(".")[0] in MODULES:
                    yield node.lineno, f"import of {name}", FORMATS
                elif name in CALLS:
                    yield node.lineno, f"import of {name}", f"use {CALLS[name]}"
        elif isinstance(node, ast.Attribute):
            name = _dotted(node, known)
            if name in CALLS:
                yield node.lineno, name, f"use {CALLS[name]}"
            elif node.attr in METHODS:
                yield node.lineno, node.attr, f"use {METHODS[node.attr]}"
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            yield node.lineno, "allow_pickle", "leave it out: NumPy's default is False"


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local name → dotted name of the module it stands for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                found[name] = alias.name if alias.asname else name
    return found


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, known)}.{node.attr}"
    return known.get(node.id, node.id) if isinstance(node, ast.Name) else ""
