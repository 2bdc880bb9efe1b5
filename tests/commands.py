"""Whether a command that the documentation shows is one that exists, without running it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import yaml

from tests.docs import ROOT, Command, yaml_blocks
from tests.workspace import run

GIT = ("add", "apply", "commit", "log", "merge")
PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z]+)?")  # P, PROJECT, P-C: the reader's to fill in


def problem(command: Command) -> str | None:
    """What is wrong with `command`; None where nothing is."""
    program, *arguments = command.words
    check = CHECKS.get(program)
    if check is None:
        return f"nobody knows {program!r}; teach tests/commands.py"
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            check(arguments, names_on(command.page))
    except Exception as error:
        return " ".join(f"{error} {said.getvalue()[-300:]}".split()) or repr(error)
    return None


@cache
def names_on(page: str) -> frozenset[str]:
    """Projects and candidates of params.yaml, and those that the page itself writes."""
    written = [value for _, value in yaml_blocks(page)]
    params = [yaml.safe_load((ROOT / "params.yaml").read_text()), *written]
    return frozenset(
        n for p in params for part in ("projects", "candidates") for n in p.get(part, ())
    )


def _make(arguments: Sequence[str], names: frozenset[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    _expect(arguments[0] in targets, f"no target {arguments[0]!r}")


def _penstock(arguments: Sequence[str], names: frozenset[str]) -> None:
    import typer

    from penstock.cli import app

    if arguments == ["--help"]:
        return
    verbs: Any = typer.main.get_command(app)
    verb, *rest = arguments
    _expect(verb in verbs.commands, f"no verb {verb!r}")
    if not rest:
        return  # the verb as such; what it must be given shows when it is run
    parsed = verbs.commands[verb].make_context(verb, list(rest)).params
    for name in [parsed.get("project"), parsed.get("candidate"), *(parsed.get("projects") or ())]:
        _expect(name is None or _known(name, names), f"no project or candidate {name!r}")


def _dvc(arguments: Sequence[str], names: frozenset[str]) -> None:
    from dvc.cli.parser import get_main_parser

    get_main_parser().parse_args(list(arguments))
    for flag, value in pairwise(arguments):
        if flag in ("-S", "--set-param"):
            _expect(has_key(value.partition("=")[0]), f"params.yaml has no {value!r}")
    if arguments[0] in ("repro", "checkout"):
        _stages(arguments[1:], names)


def _python(arguments: Sequence[str], names: frozenset[str]) -> None:
    if arguments[0] == "-c":
        compile(arguments[1], "<docs>", "exec")
    elif arguments[0] == "-m":
        _expect(importlib.util.find_spec(arguments[1]) is not None, f"no module {arguments[1]!r}")
        _files(arguments[2:])
    else:
        _files(arguments[:1])
        if arguments[0] == "flows/sweep.py":
            _expect(_known(arguments[1], names), f"no candidate {arguments[1]!r} to sweep")
        elif arguments[0] == "flows/pipeline.py":
            _flow(arguments[1:], names)
        else:
            _options(arguments[0], arguments[1:])


def _options(script: str, arguments: Sequence[str]) -> None:
    text = (ROOT / script).read_text()
    for option in (one for one in arguments if one.startswith("--")):
        _expect(f'add_argument("{option}"' in text, f"{script} has no {option}")


def _flow(arguments: Sequence[str], names: frozenset[str]) -> None:
    _options("flows/pipeline.py", arguments)
    left = list(arguments)
    for option in [one for one in arguments if one.startswith("--")]:
        at = left.index(option)
        value = left[at + 1] if option in ("--project", "--branch", "--as-of") else None
        _expect(option != "--project" or _known(str(value), names), f"no project {value!r}")
        del left[at : at + (1 if value is None else 2)]
    _stages(left, names)


def _uv(arguments: Sequence[str], names: frozenset[str]) -> None:
    _expect(list(arguments[:2]) == ["pip", "install"], "expected uv pip install")
    _files([arguments[arguments.index("-c") + 1]])
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for extra in re.findall(r"\.\[(\w+)\]", " ".join(arguments)):
        _expect(extra in known["optional-dependencies"], f"no extra {extra!r}")


def _server(program: str) -> Any:
    def check(arguments: Sequence[str], names: frozenset[str]) -> None:
        words = [word for word in arguments if not word.startswith("-") and "/" not in word]
        helped = run(ROOT, program, *words, "--help").stdout
        for option in (word for word in arguments if word.startswith("-")):
            _expect(option in helped, f"{program} {' '.join(words)} has no {option}")

    return check


def _docker(arguments: Sequence[str], names: frozenset[str]) -> None:
    if arguments[0] == "build":
        _files([arguments[list(arguments).index("-f") + 1]])
        return
    _expect(list(arguments[:2]) == ["compose", "-f"], "expected docker compose -f FILE")
    _files(arguments[2:3])


def _export(arguments: Sequence[str], names: frozenset[str]) -> None:
    _expect(bool(re.fullmatch(r"[A-Z_]+=\S+", arguments[0])), "expected NAME=VALUE")


def _files(paths: Sequence[str]) -> None:
    for path in paths:
        _expect((ROOT / path).exists(), f"no file {path}")


def _stages(targets: Sequence[str], names: frozenset[str]) -> None:
    templates = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    for target in targets:
        template, at, key = target.partition("@")
        if not target.startswith("-"):
            _expect(template in templates, f"no stage {template!r}")
            _expect(not at or _known(key, names), f"no {key!r} to run {template} for")


def has_key(dotted: str) -> bool:
    """Whether params.yaml holds a key; a placeholder in it stands for any."""
    found = [yaml.safe_load((ROOT / "params.yaml").read_text())]
    for step in dotted.split("."):
        blocks = [block for block in found if isinstance(block, dict)]
        if PLACEHOLDER.fullmatch(step):
            found = [value for block in blocks for value in block.values()]
        else:
            found = [block[step] for block in blocks if step in block]
    return bool(found)


def _known(name: str, names: frozenset[str]) -> bool:
    return name in names or bool(PLACEHOLDER.fullmatch(name))


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


CHECKS = {
    "$EDITOR": lambda arguments, names: _files(arguments),
    ".venv/bin/python": _python,
    ".venv/bin/uv": _uv,
    "docker": _docker,
    "dvc": _dvc,
    "export": _export,
    "git": lambda arguments, names: _expect(arguments[0] in GIT, f"git {GIT}"),
    "kubectl": lambda arguments, names: _files(arguments[2:]),
    "make": _make,
    "mlflow": _server("mlflow"),
    "penstock": _penstock,
    "prefect": _server("prefect"),
    "python": _python,
    "source": lambda arguments, names: _expect(arguments == [".venv/bin/activate"], "which file?"),
}
