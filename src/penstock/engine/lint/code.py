"""The package as text: which module imports which, and what it loads and reads by name."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGE = "penstock"
CACHE = "__pycache__"
DATA = {".css", ".csv", ".html", ".js", ".json", ".sql", ".svg"}  # what code reads beside itself
LOADER = f"{PACKAGE}.core.workspace"  # its load_part and load_model are followed by their callers


class Module:
    """One file of the package, parsed once."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        self.file = file
        self.is_package = file.name == "__init__.py"
        self.tree = ast.parse(file.read_text(encoding="utf-8"), str(file))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node that runs: bodies of `if TYPE_CHECKING` don't."""
        found: list[ast.AST] = []
        queue: list[ast.AST] = [self.tree]
        while queue:
            node = queue.pop()
            found.append(node)
            typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            queue += node.orelse if typing_only else ast.iter_child_nodes(node)  # type: ignore[attr-defined]
        return found

    @property
    def only_docstring(self) -> bool:
        return all(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for node in self.tree.body
        )

    @cached_property
    def imports(self) -> set[str]:
        """Dotted names of the package that are imported, in functions too; some are attributes."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
        return {name for name in found if name.split(".")[0] == PACKAGE}

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *filter(None, [node.module])])

    @cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call with the last name of what is called."""
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Attribute):
                    found.append((called.attr, node))
                elif isinstance(called, ast.Name):
                    found.append((called.id, node))
        return found

    def strings(self, node: ast.expr | None) -> list[str] | None:
        """What `node` can be: a constant, or a loop variable over constants; None if not known."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.Name):
            return self._loops.get(node.id)
        return None

    @cached_property
    def _loops(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for node in self.nodes:
            if not isinstance(node, ast.For | ast.comprehension):
                continue
            if isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Tuple | ast.List):
                items = [one.value for one in node.iter.elts if isinstance(one, ast.Constant)]
                if len(items) == len(node.iter.elts):
                    found[node.target.id] = [str(item) for item in items]
        return found


@dataclass
class Closure:
    """Files that a stage runs or reads with its code, as dvc.yaml writes them.

    Attributes:
        files: path → modules from the stage to it, as `a → b`.
        modules: the modules among them.
        unknown: calls whose target isn't written as a constant.
    """

    files: dict[str, str] = field(default_factory=dict)
    modules: list[Module] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Code:
    """The modules under root/src/penstock, each read when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._modules: dict[str, Module | None] = {}
        self._imported: dict[str, set[str]] = {}
        self._beside: dict[Path, list[str]] = {}

    def module(self, name: str) -> Module | None:
        """The module of that dotted name; None where there is no such file."""
        if name not in self._modules:
            stem = self.root / "src" / Path(*name.split("."))
            files = [stem.with_suffix(".py"), stem / "__init__.py"]
            file = next((file for file in files if file.is_file()), None)
            self._modules[name] = Module(name, file) if file else None
        return self._modules[name]

    def imported(self, module: Module) -> set[str]:
        """Modules that run when `module` is imported: what it imports, and their packages."""
        if module.name not in self._imported:
            names = {*module.imports, module.name}
            cuts = [name.rsplit(".", cut)[0] for name in names for cut in range(name.count("."))]
            found = {name for name in names.union(cuts, [PACKAGE]) if self.module(name)}
            self._imported[module.name] = found - {module.name}
        return self._imported[module.name]

    def beside(self, module: Module) -> list[str]:
        """Templates, styles and the like that lie in the module's folder."""
        folder = module.file.parent
        if folder not in self._beside:
            files = [file for file in folder.iterdir() if file.suffix in DATA and file.is_file()]
            for below in folder.iterdir():
                if below.is_dir() and below.name != CACHE and not any(below.glob("**/*.py")):
                    files += [file for file in below.rglob("*") if file.is_file()]
            self._beside[folder] = sorted(self.path(file) for file in files)
        return self._beside[folder]

    def path(self, file: Path) -> str:
        """`file` as dvc.yaml writes it."""
        return file.relative_to(self.root).as_posix()
