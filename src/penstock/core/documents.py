"""YAML as DVC reads it (YAML 1.2: `1e-3` is a number, a key stands once), with plain errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from penstock.core.errors import DocumentError


def read_yaml(path: Path) -> Any:
    """The value of the YAML file `path`.

    Raises:
        DocumentError: there is no such file, it is no UTF-8, or no YAML.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), path.name)
    except FileNotFoundError:
        raise DocumentError(path.name, f"no such file in {path.parent}") from None
    except IsADirectoryError:
        raise DocumentError(path.name, f"a folder, not a file, in {path.parent}") from None
    except UnicodeDecodeError as error:
        raise DocumentError(path.name, f"not UTF-8 text: {error}") from None


def parse_yaml(text: str, name: str) -> Any:
    """The value of a YAML text; `name` is what errors call it. Raises DocumentError: no YAML."""
    try:
        return YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DocumentError(name, f"no YAML: {error.problem}", line) from None
    except YAMLError as error:
        raise DocumentError(name, f"no YAML: {' '.join(str(error).split())}") from None
